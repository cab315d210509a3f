import { GraphQLJSON } from "graphql-scalars";
import { Arg, Ctx, Int, ObjectType, Query, Resolver, Root } from "type-graphql";
import { CategoryName, Level, type Category } from "../../domain/category";
import { ExposedAs, Open } from "../../domain/classified";
import { computed } from "../../domain/kind";
import type { AccessPlan, AccessPlanner } from "../access-planner";
import { Operation } from "../operation";

const orNull = { nullable: true };

@ObjectType()
export class PlannedField {
  @Open(null, computed(() => String))
  path!: string;

  @Open(null, computed(() => String))
  field!: string;

  @Open(null, computed(() => CategoryName, orNull))
  category!: Category | null;

  @Open(null, computed(() => Level))
  level!: Level;

  @Open(null, computed(() => String))
  because!: string;

  @Open(null, computed(() => String, orNull))
  toRaise!: string | null;
}

@ExposedAs("AccessPlan")
export class AccessPlanView {
  @Open(null, computed(() => Boolean))
  allowed!: boolean;

  @Open(null, computed(() => Int))
  cost!: number;

  @Open(null, computed(() => [PlannedField]))
  fields!: readonly PlannedField[];

  /** What the operation would be refused with as a whole; null: it would run. */
  @Open(null, computed(() => String, orNull))
  refusal!: string | null;
}

/** What the executor hands to root fields that answer about operations rather than data. */
interface Planning {
  readonly accessPlanner: AccessPlanner;
}

@Resolver(() => AccessPlanView)
export class AccessPlans {
  @Query(() => AccessPlanView, { description: "What an operation would be served, without running it." })
  accessPlan(
    @Arg("document", () => String) document: string,
    @Arg("variables", () => GraphQLJSON, orNull) variables: unknown,
    @Root() { accessPlanner }: Planning,
    @Ctx() { context }: Operation,
  ): Promise<AccessPlan> {
    return accessPlanner.plan(document, variables, context);
  }
}
