import { Level, lowest, type Category } from "../domain/category";
import type { Principal } from "../domain/principal";
import { elevationCap, givenTo, raisedBy, type Cap, type Grants } from "./caps";
import { capsOf } from "./decide";

/** What a rule of an explanation is about. */
export type ExplainedBy =
  "sign-in" | "role" | "scopes" | "elevation" | "purpose" | "training" | "customer" | "budget";

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
  /** Whether it can sign in at all; left out: it can. */
  readonly maySignIn?: boolean;
  readonly purpose: string | null;
  readonly category: Category;
  readonly now: Date;
  /** What the gate of a particular customer lets through; left out: no customer in particular. */
  readonly customer?: Cap;
  /** Whether there is an approved elevation for that customer and category; it counts where the role can be elevated. */
  readonly isElevated?: boolean;
  /** What the disclosure budget of the hour lets through of that customer; left out: it is not asked. */
  readonly budget?: Cap;
}

/** What is let through to whoever cannot sign in, or may only set up a second factor: nothing. undefined: it can. */
export function signInCap({
  principal,
  maySignIn = true,
}: Pick<ExplanationOrder, "principal" | "maySignIn">): Cap | undefined {
  if (!maySignIn) return { level: Level.HIDDEN, because: "this principal may not sign in", toRaise: null };
  if (principal.mustEnrol !== true) return undefined;
  const because = "this principal has yet to set up a second factor";
  return { level: Level.HIDDEN, because, toRaise: "set up a second factor" };
}

/** undefined: it was not asked. */
type AskedRule = readonly [ExplainedBy, Cap | undefined];

/** What role or scopes give, or the elevation in its place: it holds only where the role can still be elevated. */
function givenRule(policy: Grants, order: ExplanationOrder, given: Cap | undefined): AskedRule {
  const { principal, category, isElevated = false } = order;
  if (isElevated && givenTo(principal, policy).canElevate.includes(category))
    return ["elevation", elevationCap(category)];
  return [principal.kind === "PARTNER" ? "scopes" : "role", given];
}

/** Why a principal gets a category at a level: the same rules that `decide` asks, told one by one. */
export function explanationOf(policy: Grants, order: ExplanationOrder): Explanation {
  const { principal, purpose, category, now, customer, budget } = order;
  const [given, ...others] = capsOf(policy, principal, purpose, now, category);
  const rule = givenRule(policy, order, given);
  const signIn = signInCap(order);
  const caps: readonly AskedRule[] = [
    ["sign-in", signIn],
    rule,
    ["purpose", others[0]],
    ["training", others[1]],
    ["customer", customer],
    ["budget", budget],
  ];
  const rules = caps.flatMap(([by, cap]) => (cap === undefined ? [] : [{ rule: by, ...cap }]));
  const level = lowest(...rules.map((asked) => asked.level));
  const decisive = rules.findIndex((asked) => asked.level === level);
  const { because = "nothing limits it" } = rules[decisive] ?? {};
  const toRaise = raisedBy(level, [rule[1], ...others, customer, budget, signIn]);
  return { level, because, toRaise, rules, decisive };
}
