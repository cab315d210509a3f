import { Arg, Ctx, ID, ObjectType, Query, Resolver } from "type-graphql";
import { explainedRead } from "../../access/customer-explanation";
import { Level } from "../../domain/category";
import { ExposedAs, Open } from "../../domain/classified";
import { FieldwardError } from "../../domain/errors";
import { computed } from "../../domain/kind";
import type { Explanation } from "../../policy/explanation";
import { entryOf } from "../access-entries";
import { customerField, explainAccess } from "../access-explanation";
import { Operation } from "../operation";
import { rowIdOf } from "../reads/arguments";

const orNull = { nullable: true };

@ObjectType()
export class ExplanationStep {
  /** What the rule is about: `role`, `scopes`, `elevation`, `purpose`, `training`, `customer`, `budget` or `sign-in`. */
  @Open(null, computed(() => String))
  rule!: string;

  /** The most that it lets through. */
  @Open(null, computed(() => Level))
  level!: Level;

  @Open(null, computed(() => String))
  because!: string;
}

@ExposedAs("AccessExplanation")
export class AccessExplanationView {
  @Open(null, computed(() => Level))
  level!: Level;

  @Open(null, computed(() => String))
  because!: string;

  @Open(null, computed(() => String, orNull))
  toRaise!: string | null;

  /** Every rule that was asked, in their order. */
  @Open(null, computed(() => [ExplanationStep]))
  steps!: readonly ExplanationStep[];
}

function viewOf({ level, because, toRaise, rules }: Explanation) {
  return { level, because, toRaise, steps: rules };
}

@Resolver(() => AccessExplanationView)
export class AccessExplanations {
  @Query(() => AccessExplanationView, {
    description: "What a principal would get of one customer's field now, and why. Itself on the access log.",
  })
  async accessExplanation(
    @Arg("principalId", () => ID) principalId: string,
    @Arg("field", () => String) field: string,
    @Arg("customerId", () => ID) customerId: string,
    @Arg("purpose", () => String, orNull) purpose: string | null | undefined,
    @Ctx() { context, plan }: Operation,
  ) {
    customerField(field);
    const customer = rowIdOf(customerId);
    const about = rowIdOf(principalId);
    if (customer === undefined || about === undefined) throw new FieldwardError("NOT_FOUND");
    const reads = [explainedRead(field, customer)];
    const entry = entryOf(context, plan, { kind: "EXPLAIN", reads, denials: [] });
    // Before anything is looked up: that somebody asked counts, whatever comes of it.
    await context.services.accessLog.append({ ...entry, about });
    const question = { principalId: about, field, customerId: customer, purpose: purpose ?? null };
    return viewOf(await explainAccess(question, context));
  }
}
