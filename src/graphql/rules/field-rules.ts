import { isObjectType, type GraphQLResolveInfo, type GraphQLSchema } from "graphql";
import { deny, rule, shield } from "graphql-shield";
import { gateCode, isLifted, rowGate } from "../../access/row-gate";
import { Level, type Category } from "../../domain/category";
import { classifiedField, ownerOfType, type ClassifiedField } from "../../domain/classified";
import { FieldwardError, StartupError } from "../../domain/errors";
import type { Decision, Standing } from "../../policy/decide";
import type { Right } from "../../policy/roles-file";
import { liftedDecision, type RuleContext } from "./rule-context";
import { OPERATIONS, permitOperation } from "./operations";

/** A graphql-shield rule, as a plan asks it: once, without a parent. */
export interface FieldRule {
  resolve(
    parent: object,
    args: object,
    context: unknown,
    info: GraphQLResolveInfo,
    options: object,
  ): Promise<boolean | string | Error>;
}

/** The rule of every field of every object type. */
export type RuleTable = Readonly<Record<string, Readonly<Record<string, FieldRule>>>>;

const ROOTS: ReadonlySet<string> = new Set(["Query", "Mutation"]);

/** Fields below an operation that ask for a right which the operation does not: one of these. */
const RIGHTS_OF_FIELDS: Readonly<Record<string, readonly Right[]>> = {
  "Elevation.reads": ["approve-elevation", "review-elevation"],
};

/** Whether a row's gate can hide a field: an id must stay readable, or nothing could be said of the row at all. */
export function isGated(field: ClassifiedField): boolean {
  return field.category !== null && field.category !== "account";
}

/** Whether a caller has a right that a field asks for, where it asks for one. */
function permitRight(coordinate: string, { rights }: Standing): true | FieldwardError {
  const needed = RIGHTS_OF_FIELDS[coordinate];
  if (needed === undefined || needed.some((right) => rights.has(right))) return true;
  return new FieldwardError("FIELD_HIDDEN", `${coordinate}: it needs the right ${needed.join(" or ")}.`);
}

/** Whether a caller may have a field of a parent at all; at which level is the reader's business. */
function permitField(
  field: ClassifiedField,
  parent: object | undefined,
  args: { readonly as?: Level | null },
  context: RuleContext,
): true | FieldwardError {
  if (field.category === null) return true;
  const coordinate = `${field.owner}.${field.property}`;
  const decision = decisionFor(field.category, parent, context);
  // An open field has no pseudonym and no mask: below MASKED there is no form of it that could be served.
  const least = field.form === "open" ? Level.MASKED : Level.TOKEN;
  if (decision.level < least)
    return new FieldwardError("FIELD_HIDDEN", `${coordinate}: ${decision.because}.`);
  if (typeof args.as === "number" && args.as > decision.level) {
    return new FieldwardError("LEVEL_TOO_HIGH", `${coordinate}: ${decision.because}.`);
  }
  return parent === undefined ? true : permitRow(field, parent);
}

/** Without a parent: the most that any row could be given. With one: what holds for its customer. */
function decisionFor(category: Category, parent: object | undefined, context: RuleContext): Decision {
  if (parent === undefined || isLifted(rowGate(parent), category)) return liftedDecision(context, category);
  return context.standing.decisions[category];
}

/** Whether the gate of a row lets a field through at all. */
function permitRow(field: ClassifiedField, parent: object): true | FieldwardError {
  const gate = rowGate(parent);
  if (gate === undefined) return true;
  if (gate.reason === "TENANT") return new FieldwardError("NOT_FOUND");
  return gate.cap === Level.HIDDEN && isGated(field) ? new FieldwardError(gateCode(gate.reason)) : true;
}

type RuleFunction = (parent: object | undefined, args: object, context: RuleContext) => true | FieldwardError;

/**
 * `no_cache` in so many words: shield's contextual cache gives one row's answer to the next, and its strict cache hashes
 * every parent. A rule returns its refusal; one that threw would be taken for a plain no.
 */
function shieldRule(coordinate: string, permit: RuleFunction): FieldRule {
  return rule(coordinate, { cache: "no_cache" })(permit);
}

function ruleOf(type: string, field: string): FieldRule {
  const coordinate = `${type}.${field}`;
  if (ROOTS.has(type)) {
    if (OPERATIONS[coordinate] === undefined) {
      throw new StartupError(
        `${coordinate} has no rule. Add it to OPERATIONS in src/graphql/rules/operations.ts.`,
      );
    }
    return shieldRule(coordinate, (_, __, context) => permitOperation(coordinate, context));
  }
  const classified = classifiedField(ownerOfType(type), field);
  if (classified === undefined || classified.form === "internal") {
    throw new StartupError(
      `${coordinate} is exposed but not classified. Declare it with @Personal or @Open.`,
    );
  }
  return shieldRule(coordinate, (parent, args, context) => {
    const right = permitRight(coordinate, context.standing);
    return right === true ? permitField(classified, parent, args, context) : right;
  });
}

/**
 * Makes the rule of every field of every object type of the schema from the catalogue.
 *
 * @throws StartupError that names the first field without classification or rule, and the first rule without its field
 */
export function makeRules(schema: GraphQLSchema): RuleTable {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && !type.name.startsWith("__"),
  );
  const table: Record<string, Record<string, FieldRule>> = {};
  for (const type of types) {
    if (!isObjectType(type)) continue;
    const fields = Object.keys(type.getFields());
    table[type.name] = Object.fromEntries(fields.map((field) => [field, ruleOf(type.name, field)]));
  }
  for (const coordinate of [...Object.keys(OPERATIONS), ...Object.keys(RIGHTS_OF_FIELDS)]) {
    const [type = "", field = ""] = coordinate.split(".");
    if (table[type]?.[field] === undefined)
      throw new StartupError(`${coordinate} has a rule but is not in the schema.`);
  }
  return table;
}

/** graphql-shield over the rules: what has none is denied, and errors pass through to our own masking. */
export function makeShield(table: RuleTable) {
  return shield(table as Parameters<typeof shield>[0], {
    fallbackRule: deny,
    allowExternalErrors: true,
    fallbackError: () => new FieldwardError("FORBIDDEN"),
  });
}

/** The options that a rule is asked with outside shield. */
export const RULE_OPTIONS = {
  debug: true,
  allowExternalErrors: true,
  fallbackRule: deny,
  hashFunction: () => "",
};
