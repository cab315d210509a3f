import { Level, levelName, type Category } from "../domain/category";
import type { Principal } from "../domain/principal";
import type { Levels } from "./levels";
import type { Policy } from "./policy";
import type { Purpose } from "./purposes-file";
import type { Records, Right } from "./roles-file";
import { grantsOf } from "./scopes";

/** The parts of a policy that say what a principal gets. */
export type Grants = Pick<Policy, "roles" | "purposes" | "limits" | "anonymiser">;

/** A rule: the most that it lets through, why, and what would raise it. Texts name rules, never a person. */
export interface Cap {
  readonly level: Level;
  readonly because: string;
  readonly toRaise: string | null;
}

/** What was given to the principal before purpose, training and row. */
export interface Given {
  readonly levels: Levels;
  readonly by: string;
  readonly canElevate: readonly Category[];
  readonly lookup: readonly Category[];
  readonly writes: readonly Records[];
  readonly rights: readonly Right[];
  readonly budget: number | null;
  readonly seesRestricted: boolean;
}

const NOTHING: Given = {
  levels: {},
  by: "no role or scope",
  canElevate: [],
  lookup: [],
  writes: [],
  rights: [],
  budget: 0,
  seesRestricted: false,
};

/** What role or scopes give. */
export function givenTo(principal: Principal, policy: Grants): Given {
  if (principal.kind === "PARTNER") {
    const { budget } = policy.limits;
    return { ...NOTHING, ...grantsOf(principal.scopes), by: "the token", budget: budget.partner };
  }
  const role = principal.role === null ? undefined : policy.roles.get(principal.role);
  if (principal.kind !== "STAFF" || role === undefined) return NOTHING;
  return {
    ...role,
    by: `role ${principal.role ?? ""}`,
    canElevate: role.elevate,
    seesRestricted: role.restricted,
  };
}

/** What role or scopes let through. */
export function givenCap(given: Given, category: Category): Cap {
  const level = given.levels[category] ?? Level.HIDDEN;
  const elevate = given.canElevate.includes(category) ? "an approved elevation for this customer" : null;
  const wider = given.by === "the token" ? `the scope ${category}:clear` : null;
  return {
    level,
    because: `${levelName(level)} on ${category} is what ${given.by} allows`,
    toRaise: elevate ?? wider,
  };
}

/** What stands in the place of what the role gives, for a customer and a category with an approved elevation. */
export function elevationCap(category: Category): Cap {
  return {
    level: Level.CLEAR,
    because: `CLEAR on ${category} is what an approved elevation allows`,
    toRaise: null,
  };
}

/** A purpose as it was declared: `purpose` is undefined where none was, or one that the principal may not declare. */
interface Declared {
  readonly name: string | null;
  readonly purpose: Purpose | undefined;
}

/** Of the purposes that a principal may declare, that which allows most of a category, where that is more than a level. */
function widerPurpose(
  level: Level,
  category: Category,
  own: readonly string[],
  { purposes }: Pick<Grants, "purposes">,
): string | null {
  const allows = (name: string | null): Level =>
    (name === null ? undefined : purposes.get(name)?.levels[category]) ?? Level.HIDDEN;
  const widest = own.reduce<string | null>((best, name) => (allows(name) > allows(best) ? name : best), null);
  return allows(widest) > level ? widest : null;
}

/** What the declared purpose lets through, of those that a principal may declare. */
export function purposeCap(
  { name, purpose }: Declared,
  category: Category,
  own: readonly string[],
  policy: Pick<Grants, "purposes">,
): Cap {
  if (category === "account") return { level: Level.CLEAR, because: "account is open", toRaise: null };
  const level = purpose?.levels[category] ?? Level.HIDDEN;
  const wider = widerPurpose(level, category, own, policy);
  const toRaise = wider === null ? null : `declare the purpose ${wider}`;
  if (purpose === undefined) return { level, because: "no purpose was declared", toRaise };
  const because = `${levelName(level)} on ${category} is what purpose ${name ?? ""} allows`;
  return { level, because, toRaise };
}

/** What the training gate lets through. */
export function trainingCap(principal: Principal, category: Category, now: Date): Cap {
  const untrained =
    principal.kind === "STAFF" &&
    (principal.trainedUntil === null || principal.trainedUntil.getTime() <= now.getTime());
  if (!untrained || category === "account")
    return { level: Level.CLEAR, because: "training is current", toRaise: null };
  return { level: Level.MASKED, because: "no current training", toRaise: "complete the training" };
}

/**
 * What would raise a level: all that holds it there must give way. null: nothing that the caller could do, or it is CLEAR.
 *
 * The purpose comes first: it is the caller's own to declare.
 */
export function raisedBy(
  level: Level,
  [given, purpose, ...others]: readonly (Cap | undefined)[],
): string | null {
  if (level === Level.CLEAR) return null;
  const holding = [purpose, given, ...others].filter((cap) => cap?.level === level);
  const ways = holding.map((cap) => cap?.toRaise ?? null);
  return ways.includes(null) ? null : ways.join(" and ");
}
