import fc from "fast-check";
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isNonNullType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from "graphql";

/** What a query can ask for: values for arguments by their name. */
export interface Vocabulary {
  readonly ids: readonly string[];
  readonly cursors: readonly string[];
  /** Texts for filters by the name of the field. */
  readonly texts: Readonly<Record<string, readonly string[]>>;
}

/** A valid query with its variables. */
export interface RandomQuery {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

type Draw = fc.GeneratorValue;
type AnyField = GraphQLField<unknown, unknown>;

const DEEPEST = 6;

/** The roots that read customers' data: most queries ask for one of them, so that most have something to answer. */
const DATA_ROOTS: ReadonlySet<string> = new Set(["customer", "customers", "message", "messages"]);

/** Makes one query: fields by chance, some under an alias, in fragments, or under @skip and @include. */
class QueryMaker {
  readonly #variables = new Map<string, { readonly type: string; readonly value: unknown }>();
  readonly #fragments: string[] = [];
  #names = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly vocabulary: Vocabulary,
    private readonly draw: Draw,
  ) {}

  make(): RandomQuery {
    const root = this.schema.getQueryType();
    if (root === undefined || root === null) throw new Error("the schema has no queries");
    const selection = this.#selection(root, 1);
    const declared = [...this.#variables].map(([name, { type }]) => `$${name}: ${type}`).join(", ");
    const query = `query Random${declared === "" ? "" : `(${declared})`} ${selection}\n${this.#fragments.join("\n")}`;
    const variables = [...this.#variables].map(([name, { value }]) => [name, value]);
    return { query, variables: Object.fromEntries(variables) as Record<string, unknown> };
  }

  #maybe(chance: number): boolean {
    return this.draw(fc.nat, { max: 99 }) < chance;
  }

  #pick<T>(values: readonly T[]): T {
    const value = values[this.draw(fc.nat, { max: values.length - 1 })];
    if (value === undefined) throw new Error("there is nothing to pick from");
    return value;
  }

  #name(prefix: string): string {
    this.#names += 1;
    return `${prefix}${String(this.#names)}`;
  }

  #selection(type: GraphQLObjectType, depth: number): string {
    const fields = Object.values(type.getFields());
    const leaves = fields.filter((field) => !isObjectType(getNamedType(field.type)));
    const open = depth < DEEPEST || leaves.length === 0 ? fields : leaves;
    const count =
      depth === 1 ? this.draw(fc.integer, { min: 1, max: 2 }) : this.draw(fc.integer, { min: 1, max: 5 });
    const data = open.filter(({ name }) => DATA_ROOTS.has(name));
    const parts = Array.from({ length: count }, () =>
      this.#field(this.#pick(depth === 1 && this.#maybe(75) ? data : open), depth),
    );
    if (this.#maybe(15)) parts.push(this.#maybe(50) ? "__typename" : `${this.#name("t")}: __typename`);
    return `{ ${this.#inFragments(type, parts)} }`;
  }

  /** Puts some of the parts into an inline or a named fragment. */
  #inFragments(type: GraphQLObjectType, parts: readonly string[]): string {
    const kept = [this.#field0(type)];
    for (const part of parts) {
      if (this.#maybe(80)) kept.push(part);
      else if (this.#maybe(50))
        kept.push(`...${this.#maybe(60) ? ` on ${type.name}` : ""}${this.#directive()} { ${part} }`);
      else {
        const name = this.#name("F");
        this.#fragments.push(`fragment ${name} on ${type.name} { ${part} }`);
        kept.push(`...${name}${this.#directive()}`);
        if (this.#maybe(20)) kept.push(`...${name}`);
      }
    }
    return kept.join(" ");
  }

  /** Something that no directive takes away, so that no selection is empty at run time. */
  #field0(type: GraphQLObjectType): string {
    return type.name === "Query" ? "__typename" : type.getFields()["id"] === undefined ? "__typename" : "id";
  }

  #field(field: AnyField, depth: number): string {
    const type = getNamedType(field.type);
    const args = this.#arguments(field.args);
    const alias = args !== "" || this.#maybe(20) ? `${this.#name("a")}: ` : "";
    const below = isObjectType(type) ? ` ${this.#selection(type, depth + 1)}` : "";
    return `${alias}${field.name}${args}${this.#directive()}${below}`;
  }

  #directive(): string {
    if (this.#maybe(85)) return "";
    const name = this.#pick(["skip", "include"]);
    if (this.#maybe(40)) return ` @${name}(if: ${this.#pick(["true", "false"])})`;
    return ` @${name}(if: ${this.#variable(this.#pick(["b1", "b2", "b3"]), "Boolean!", () => this.#maybe(50))})`;
  }

  #variable(name: string, type: string, value: () => unknown): string {
    if (!this.#variables.has(name)) this.#variables.set(name, { type, value: value() });
    return `$${name}`;
  }

  #arguments(args: readonly GraphQLArgument[]): string {
    const given = args.filter((arg) => isNonNullType(arg.type) || arg.name === "first" || this.#maybe(40));
    if (given.length === 0) return "";
    return `(${given.map((arg) => `${arg.name}: ${this.#argument(arg)}`).join(", ")})`;
  }

  #argument(arg: GraphQLArgument): string {
    const value = this.#value(arg.name, arg.type);
    if (this.#maybe(70)) return literal(value, isEnumType(getNamedType(arg.type)));
    return this.#variable(this.#name("v"), String(arg.type), () => value);
  }

  #value(name: string, type: GraphQLInputType): unknown {
    const named = getNamedType(type);
    if (isInputObjectType(named)) {
      const fields = Object.values(named.getFields()).filter(() => this.#maybe(15));
      return Object.fromEntries(fields.map((field) => [field.name, this.#value(field.name, field.type)]));
    }
    if (isEnumType(named)) return new EnumName(this.#pick(named.getValues()).name);
    if (named.name === "Int") return this.#pick([1, 2, 3, 5]);
    if (named.name === "ID") return this.#pick(this.vocabulary.ids);
    if (named.name === "DateTime") return this.#pick(["2026-06-15T12:01:00Z", "2020-01-01T00:00:00.000Z"]);
    return name === "after"
      ? this.#pick(this.vocabulary.cursors)
      : this.#pick(this.vocabulary.texts[name] ?? ["x"]);
  }
}

/** The name of an enum's value: written without quotes in a document, and as a text in variables. */
class EnumName {
  constructor(readonly name: string) {}

  toJSON(): string {
    return this.name;
  }
}

function literal(value: unknown, bare: boolean): string {
  if (value instanceof EnumName) return value.name;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).map(([name, part]) => `${name}: ${literal(part, bare)}`);
    return `{ ${fields.join(", ")} }`;
  }
  return JSON.stringify(value);
}

/** Queries that are valid on a schema. */
export function randomQueries(schema: GraphQLSchema, vocabulary: Vocabulary): fc.Arbitrary<RandomQuery> {
  return fc.gen().map((draw) => new QueryMaker(schema, vocabulary, draw).make());
}
