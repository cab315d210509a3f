import type { Principal } from "../../domain/principal";
import type { Standing } from "../../policy/decide";

/** What a rule looks at: who asks, and what was decided for all rows. The plan and graphql-js both hand it over. */
export interface RuleContext {
  readonly principal: Principal | null;
  readonly standing: Standing;
}
