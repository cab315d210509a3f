import { buildSchema, lexicographicSortSchema, printSchema, type GraphQLSchema } from "graphql";
import type { Policy } from "../policy/policy";
import type { Audience } from "./visible/audience";
import { reachOf, type RuledSchema } from "./visible/reach";
import { trimmed } from "./visible/trimmed";

/** The schema as text, in one order always. */
export function printedSchema(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}

/** The schema that an audience sees: what it could ever be served, and nothing else. */
export interface VisibleSchema {
  readonly text: string;
  /** Read from the text, so that both tell the same. It has no resolvers: introspection is all that it can answer. */
  readonly schema: GraphQLSchema;
}

const SCHEMAS_KEPT = 100;

/** Makes the schema that an audience sees under a policy, and keeps it. */
export class VisibleSchemas {
  readonly #kept = new Map<string, Promise<VisibleSchema>>();

  constructor(private readonly ruled: RuledSchema) {}

  of(policy: Policy, audience: Audience): Promise<VisibleSchema> {
    const key = `${policy.revision} ${audience.key}`;
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const made = this.#make(policy, audience);
    this.#forgetOldest();
    this.#kept.set(key, made);
    made.catch(() => this.#kept.delete(key));
    return made;
  }

  async #make(policy: Policy, audience: Audience): Promise<VisibleSchema> {
    const reach = await reachOf(this.ruled, policy, audience);
    const text = printedSchema(trimmed(this.ruled.schema, reach));
    return { text, schema: buildSchema(text) };
  }

  #forgetOldest(): void {
    if (this.#kept.size < SCHEMAS_KEPT) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}
