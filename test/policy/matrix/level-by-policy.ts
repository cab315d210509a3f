import { CATEGORIES, Level, levelName, lowest, type Category } from "../../../src/domain/category";
import { consentExpiry } from "../../../src/domain/consent-state";
import { FieldwardError } from "../../../src/domain/errors";
import type { Principal } from "../../../src/domain/principal";
import { decide, type Standing } from "../../../src/policy/decide";
import { BEYOND_BUDGET, gateOf, type SubjectState } from "../../../src/policy/gate";
import type { Policy } from "../../../src/policy/policy";
import { declaredPurpose } from "../../../src/policy/purpose-header";
import type { Cell, Combination, Declared } from "./matrix-line";

const LETTERS = { CLEAR: "C", MASKED: "M", TOKEN: "T", HIDDEN: "-" } as const;

/** The bit of marketing, the one purpose that rests on consent, and another one that must not be taken for it. */
const MARKETING = 0;
const ANOTHER = 0b10;

function subjectIn({ state, consent }: Combination, now: Date): SubjectState {
  const hour = 3_600_000;
  const until = consent === "EXPIRED" ? now : new Date(now.getTime() + hour);
  const given = consent === "GRANTED" || consent === "EXPIRED";
  return {
    tenantId: "tenant-1",
    status: state,
    consentBits: given ? 1 << MARKETING : ANOTHER,
    consentExpiry: given ? consentExpiry(MARKETING, until) : null,
  };
}

/** The categories of which there is an approved elevation. */
export function elevatedIn({ elevation }: Pick<Combination, "elevation">): readonly Category[] {
  if (elevation === "others") return CATEGORIES.filter((name) => name !== "contact" && name !== "content");
  return CATEGORIES.filter((name) => elevation.split("+").includes(name));
}

/** What is decided for whoever asks for whatever reason, before any customer is looked at. */
export interface Decided {
  readonly purpose: string | null;
  readonly standing: Standing;
}

/** What is decided before any customer is looked at, or the error with which the whole request is refused. */
export function decidedFor(
  policy: Policy,
  principal: Principal,
  declared: Declared,
  now: Date,
): Decided | string {
  try {
    const purpose = declaredPurpose(declared ?? undefined, principal, policy)?.purpose ?? null;
    return { purpose, standing: decide(policy, principal, purpose, now) };
  } catch (error) {
    if (error instanceof FieldwardError) return error.code;
    throw error;
  }
}

/** What is served of a customer: the lowest of all that has a say, and what elevations lift. */
export function levelByPolicy(
  { purpose, standing }: Decided,
  combination: Combination,
  now: Date,
): Readonly<Record<Category, Cell>> {
  const own = gateOf(standing, subjectIn(combination, now), now.getTime());
  const lifted = elevatedIn(combination).filter((category) => standing.elevated[category] !== undefined);
  const held = combination.budget === "beyond" && own.cap === Level.CLEAR && lifted.length === 0;
  const gate = held ? BEYOND_BUDGET : own;
  const cellOf = (category: Category): Cell => {
    // Ids and status are served whatever the customer's state (decision 0009), and need no purpose.
    if (category === "account") return LETTERS[levelName(standing.decisions.account.level)];
    if (purpose === null) return "P";
    const raised = lifted.includes(category) ? standing.elevated[category] : undefined;
    const decided = (raised ?? standing.decisions[category]).level;
    const level = lowest(decided, gate.cap);
    return gate.reason === "BUDGET" && level < decided ? "B" : LETTERS[levelName(level)];
  };
  return Object.fromEntries(CATEGORIES.map((category) => [category, cellOf(category)])) as Record<
    Category,
    Cell
  >;
}
