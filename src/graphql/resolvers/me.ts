import { Ctx, Query, Resolver } from "type-graphql";
import { CATEGORIES } from "../../domain/category";
import { FieldwardError } from "../../domain/errors";
import { purposesOf } from "../../policy/decide";
import { Operation } from "../operation";
import { PrincipalView } from "../types";

@Resolver(() => PrincipalView)
export class Me {
  @Query(() => Boolean, { description: "Whether this request came with a credential that is good. Public." })
  signedIn(@Ctx() { principal }: Operation): boolean {
    return principal !== null;
  }

  @Query(() => PrincipalView)
  me(@Ctx() { principal, standing, context }: Operation) {
    if (principal === null) throw new FieldwardError("UNAUTHENTICATED");
    return {
      id: principal.id,
      kind: principal.kind,
      tenantId: principal.tenantId,
      role: principal.role,
      scopes: principal.kind === "PARTNER" ? principal.scopes : null,
      purposes: purposesOf(principal, context.policy),
      trainedUntil: principal.trainedUntil,
      levels: CATEGORIES.map((category) => ({
        category,
        level: standing.decisions[category].level,
        canElevate: standing.canElevate.has(category),
      })),
    };
  }
}
