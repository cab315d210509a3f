import { Kind, parse, type DefinitionNode } from "graphql";
import { OPEN_FIELDS } from "./rules/operations";

/** What may be asked without signing in: what is open to all, and the schema, which then shows no more than that. */
const PUBLIC_FIELDS: ReadonlySet<string> = new Set([...OPEN_FIELDS, "__typename", "__schema", "__type"]);

/** Enough for a sign-in and for the longest query that tools send for a schema, which has about 300. */
const MOST_PUBLIC_TOKENS = 600;

/** Fragments are taken where they are on introspection's own types, as every tool that asks for a schema sends them. */
function isPublicDefinition(definition: DefinitionNode): boolean {
  if (definition.kind === Kind.FRAGMENT_DEFINITION)
    return definition.typeCondition.name.value.startsWith("__");
  return (
    definition.kind === Kind.OPERATION_DEFINITION &&
    definition.selectionSet.selections.every(
      (selection) => selection.kind === Kind.FIELD && PUBLIC_FIELDS.has(selection.name.value),
    )
  );
}

/**
 * Whether a request body asks for public fields only. Others are turned away before they are validated: what a schema
 * does not have is told in a validation error, and that is nobody's business who has not signed in.
 */
export function isPublicDocument(body: unknown): boolean {
  const query = typeof body === "object" && body !== null && "query" in body ? body.query : undefined;
  if (typeof query !== "string") return false;
  try {
    const { definitions } = parse(query, { maxLexicalTokens: MOST_PUBLIC_TOKENS, noLocation: true });
    return definitions.every(isPublicDefinition);
  } catch {
    return false;
  }
}
