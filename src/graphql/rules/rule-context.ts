import type { Category } from "../../domain/category";
import type { Principal } from "../../domain/principal";
import type { Decision, Standing } from "../../policy/decide";

/** What a rule looks at: who asks, and what was decided for all rows. The plan and graphql-js both hand it over. */
export interface RuleContext {
  readonly principal: Principal | null;
  readonly standing: Standing;
  /** The categories that an elevation of this caller lifts, for some customer. */
  readonly lifts: ReadonlySet<Category>;
}

/** What is decided for a category and the customers whom the caller's elevations lift. */
export function liftedDecision({ standing, lifts }: RuleContext, category: Category): Decision {
  const raised = lifts.has(category) ? standing.elevated[category] : undefined;
  return raised ?? standing.decisions[category];
}
