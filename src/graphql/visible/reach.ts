import { getNamedType, isObjectType, type GraphQLObjectType, type GraphQLSchema } from "graphql";
import { Redaction, type Category, type Level } from "../../domain/category";
import { NOBODY } from "../../domain/principal";
import { decide, purposesOf } from "../../policy/decide";
import type { Policy } from "../../policy/policy";
import { RULE_OPTIONS, type RuleTable } from "../rules/field-rules";
import { FILTER_FIELDS, permitFilter } from "../rules/filter-rules";
import type { RuleContext } from "../rules/rule-context";
import { AUDIENCE_NOW, type Audience } from "./audience";

/** What an audience could ever be served and ask. */
export interface Reach {
  /** Fields of object types that some path of permitted fields leads to, by coordinate. */
  readonly fields: ReadonlySet<string>;
  /** Fields of filters, by coordinate. */
  readonly filters: ReadonlySet<string>;
  /** What can be asked for with `as:`, of one field at least. */
  readonly levels: ReadonlySet<Level>;
}

/** The schema with the rule of each of its fields. */
export interface RuledSchema {
  readonly schema: GraphQLSchema;
  readonly rules: RuleTable;
}

/** What the rules look at for an audience: with no purpose and with each that it may declare, every elevation approved. */
function situationsOf(policy: Policy, { principal }: Audience): readonly RuleContext[] {
  const who = principal ?? NOBODY;
  return [null, ...purposesOf(who, policy)].map((purpose) => {
    const standing = decide(policy, who, purpose, AUDIENCE_NOW);
    return { principal, standing, lifts: new Set(Object.keys(standing.elevated) as Category[]) };
  });
}

/** Asks the rules of the schema what they let through in one situation. */
class Walk {
  readonly fields = new Set<string>();
  readonly levels = new Set<Level>();
  readonly #seen = new Set<GraphQLObjectType>();

  constructor(
    private readonly ruled: RuledSchema,
    private readonly situation: RuleContext,
  ) {}

  async from(type: GraphQLObjectType | null | undefined): Promise<void> {
    if (type === null || type === undefined || this.#seen.has(type)) return;
    this.#seen.add(type);
    for (const field of Object.values(type.getFields())) {
      if (!(await this.#permits(type.name, field.name, {}))) continue;
      this.fields.add(`${type.name}.${field.name}`);
      if (field.args.some(({ name }) => name === "as")) await this.#levelsOf(type.name, field.name);
      const below = getNamedType(field.type);
      if (isObjectType(below)) await this.from(below);
    }
  }

  async #levelsOf(type: string, field: string): Promise<void> {
    for (const level of Object.values(Redaction)) {
      if (await this.#permits(type, field, { as: level })) this.levels.add(level);
    }
  }

  async #permits(type: string, field: string, args: object): Promise<boolean> {
    // Asked as a plan asks: without a parent, for whatever row.
    const noParent = undefined as never;
    const rule = this.ruled.rules[type]?.[field];
    return (await rule?.resolve(noParent, args, this.situation, noParent, RULE_OPTIONS)) === true;
  }
}

/** Finds what an audience could ever be served, by asking each field's own rule under each purpose that it may declare. */
export async function reachOf(ruled: RuledSchema, policy: Policy, audience: Audience): Promise<Reach> {
  const fields = new Set<string>();
  const filters = new Set<string>();
  const levels = new Set<Level>();
  for (const situation of situationsOf(policy, audience)) {
    const walk = new Walk(ruled, situation);
    await walk.from(ruled.schema.getQueryType());
    await walk.from(ruled.schema.getMutationType());
    for (const field of walk.fields) fields.add(field);
    for (const level of walk.levels) levels.add(level);
    for (const filter of FILTER_FIELDS) if (permitFilter(situation.standing, filter)) filters.add(filter);
  }
  return { fields, filters, levels };
}
