import { Kind, parse } from "graphql";
import { MOST_TOKENS } from "./gateway";

/** What may be asked without signing in. */
const PUBLIC_FIELDS: ReadonlySet<string> = new Set(["login", "__typename"]);

/**
 * Whether a request body asks for public fields only. Others are turned away before they are validated: what a schema
 * does not have is told in a validation error, and that is nobody's business who has not signed in.
 */
export function isPublicDocument(body: unknown): boolean {
  const query = typeof body === "object" && body !== null && "query" in body ? body.query : undefined;
  if (typeof query !== "string") return false;
  try {
    const { definitions } = parse(query, { maxLexicalTokens: MOST_TOKENS, noLocation: true });
    return definitions.every(
      (definition) =>
        definition.kind === Kind.OPERATION_DEFINITION &&
        definition.selectionSet.selections.every(
          (selection) => selection.kind === Kind.FIELD && PUBLIC_FIELDS.has(selection.name.value),
        ),
    );
  } catch {
    return false;
  }
}
