import { z } from "zod";
import { ALWAYS_DROPPED, OPERATORS, TYPE_GROUPS, type Operator } from "../anonymise/operators";
import { PERSONAL_TYPES, type PersonalType } from "../anonymise/span";
import { policyName } from "./levels";

/** What the dates of an anonymised export may be cut to, from fine to coarse. */
export const EXPORT_DATES = ["day", "week", "month"] as const;

/** An operator for each kind of personal data. */
export type Operators = Readonly<Record<PersonalType, Operator>>;

/** What stands in the place of personal data in message text: `policy/anonymiser.yaml`. */
export interface AnonymiserPolicy {
  /** Of whoever has no role that is named in `roles`. */
  readonly default: Operators;
  readonly roles: ReadonlyMap<string, Operators>;
  readonly export: {
    readonly dates: (typeof EXPORT_DATES)[number];
    /** What fewer customers than this have in common is left out. */
    readonly smallestGroup: number;
  };
}

type Group = keyof typeof TYPE_GROUPS;

/** What an operator is given to: a group or a type. */
type Name = Group | PersonalType;

/** Operators as they are written: by group or by type. */
type Written = Readonly<Partial<Record<Name, Operator | undefined>>>;

const GROUPS = Object.keys(TYPE_GROUPS) as Group[];

/** Operators that have something to show of one type only. */
const OF_ONE_TYPE: Readonly<Partial<Record<Operator, PersonalType>>> = { shift: "DOB", coarse: "GEO" };

/** The operators that a type, or a whole group, can be given. */
export function operatorsAllowed(name: Name): readonly Operator[] {
  if (ALWAYS_DROPPED.has(name as PersonalType)) return ["replace"];
  return OPERATORS.filter((operator) => (OF_ONE_TYPE[operator] ?? name) === name);
}

/** A key that is known and refused: `not: {}` in its JSON Schema tells editors and suggestions so. */
const secret = z
  .custom<never>(() => false, "is a secret: it is always dropped and takes no operator. Leave it out")
  .optional()
  .meta({ not: {}, description: "A secret: always dropped, so it takes no operator." });

type Entry = z.ZodOptional<z.ZodType<Operator, Operator>>;

const entryOf = (name: Name): Entry =>
  ALWAYS_DROPPED.has(name as PersonalType) ? secret : z.enum(operatorsAllowed(name)).optional();

const written = z.strictObject(
  Object.fromEntries([...GROUPS, ...PERSONAL_TYPES].map((name) => [name, entryOf(name)])) as Record<
    Name,
    Entry
  >,
);

const groupOf = (type: PersonalType): Group | undefined =>
  GROUPS.find((group) => TYPE_GROUPS[group].some((member) => member === type));

/** What is written for a type, or else for its group. */
function writtenFor(type: PersonalType, given: Written): Operator | undefined {
  const group = groupOf(type);
  return given[type] ?? (group === undefined ? undefined : given[group]);
}

/** An operator for every type: what the first says of it, else the next; what none says is replaced. */
function completed(...given: readonly Written[]): Operators {
  const entries = PERSONAL_TYPES.map((type) => {
    const [first = "replace"] = given.map((one) => writtenFor(type, one)).filter((one) => one !== undefined);
    return [type, first] as const;
  });
  return Object.fromEntries(entries) as Record<PersonalType, Operator>;
}

/** The form of `policy/anonymiser.yaml`. What is left out has the strictest operator, `replace`. */
export const anonymiserFile = z
  .strictObject({
    default: written.prefault({}).describe("Of whoever has no role that is named, and of partner tokens."),
    roles: z
      .record(policyName, written)
      .default({})
      .describe("Of a role of roles.yaml, by group or by type; what it leaves out is as in `default`."),
    export: z
      .strictObject({
        dates: z.enum(EXPORT_DATES).default("week").describe("What dates are cut to."),
        smallestGroup: z
          .int()
          .min(2)
          .default(5)
          .describe("What fewer customers than this have in common is left out."),
      })
      .prefault({})
      .describe("How an anonymised export is made coarser."),
  })
  .transform((given): AnonymiserPolicy => ({
    default: completed(given.default),
    roles: new Map(Object.entries(given.roles).map(([role, own]) => [role, completed(own, given.default)])),
    export: given.export,
  }))
  .describe("What stands in the place of personal data in message text that is read at MASKED.");
