import {
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
} from "graphql";
import { collectSubfields } from "graphql/execution/collectFields";
import { getFieldDef } from "graphql/execution/execute";
import { FieldwardError } from "../../domain/errors";

/** What a selection is read with. */
interface Selected {
  readonly schema: GraphQLSchema;
  readonly fragments: Record<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** How long a list of the schema is taken to be; one that is not here, of one. */
const SIZES: Readonly<Record<string, number>> = {
  types: 60,
  fields: 10,
  args: 3,
  inputFields: 6,
  enumValues: 6,
  directives: 5,
};

/** How many values an answer may have by these sizes: twice what the longest query for a whole schema asks for that tools send. */
const MOST_VALUES = 150_000;

/**
 * What a query asks for of the schema. Depth alone does not bound it: each alias of a list in a list multiplies the answer,
 * and anybody may ask, signed in or not.
 */
export class IntrospectionCost {
  #values = 0;

  constructor(private readonly selected: Selected) {}

  /**
   * Adds what is selected below `__schema` or `__type`.
   *
   * @throws FieldwardError QUERY_TOO_COMPLEX
   */
  add(type: GraphQLObjectType, nodes: readonly FieldNode[], times = 1): void {
    const { schema, fragments, variables } = this.selected;
    for (const below of collectSubfields(schema, fragments, variables, type, [...nodes]).values()) {
      this.#values += times;
      if (this.#values > MOST_VALUES) throw new FieldwardError("QUERY_TOO_COMPLEX");
      const [node] = below;
      const field = node && getFieldDef(schema, type, node);
      const named = field && getNamedType(field.type);
      if (!field || !isObjectType(named)) continue;
      const isList = isListType(getNullableType(field.type));
      this.add(named, below, isList ? times * (SIZES[field.name] ?? 1) : times);
    }
  }
}
