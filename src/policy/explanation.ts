import { lowest, type Category } from "../domain/category";
import type { Principal } from "../domain/principal";
import { elevationCap, raisedBy, type Cap, type Grants } from "./caps";
import { capsOf } from "./decide";

/** What a rule of an explanation is about. */
export type ExplainedBy = "role" | "scopes" | "elevation" | "purpose" | "training" | "customer";

/** A rule that was asked. */
export interface ExplainedRule extends Cap {
  readonly rule: ExplainedBy;
}

/** A level with every rule that was asked for it, in their order. */
export interface Explanation extends Cap {
  readonly rules: readonly ExplainedRule[];
  /** The place of the rule that decided. */
  readonly decisive: number;
}

/** Whom and what an explanation is about. */
export interface ExplanationOrder {
  readonly principal: Principal;
  readonly purpose: string | null;
  readonly category: Category;
  readonly now: Date;
  /** What the gate of a particular customer lets through; left out: no customer in particular. */
  readonly customer?: Cap;
  /** Whether an approved elevation holds for that customer and category. */
  readonly isElevated?: boolean;
}

/** Why a principal gets a category at a level: the same rules that `decide` asks, told one by one. */
export function explanationOf(policy: Grants, order: ExplanationOrder): Explanation {
  const { principal, purpose, category, now, customer, isElevated = false } = order;
  const [given, ...others] = capsOf(policy, principal, purpose, now, category);
  const first = isElevated ? elevationCap(category) : given;
  const givenBy = principal.kind === "PARTNER" ? "scopes" : "role";
  const caps: readonly (readonly [ExplainedBy, Cap | undefined])[] = [
    [isElevated ? "elevation" : givenBy, first],
    ["purpose", others[0]],
    ["training", others[1]],
    ["customer", customer],
  ];
  const rules = caps.flatMap(([rule, cap]) => (cap === undefined ? [] : [{ rule, ...cap }]));
  const level = lowest(...rules.map((rule) => rule.level));
  const decisive = rules.findIndex((rule) => rule.level === level);
  const { because = "nothing limits it" } = rules[decisive] ?? {};
  return { level, because, toRaise: raisedBy(level, rules), rules, decisive };
}
