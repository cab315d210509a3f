import type { ApolloServerPlugin } from "@apollo/server";
import { validate, type DocumentNode, type GraphQLError, type GraphQLFormattedError } from "graphql";
import { requestFault } from "../client-error";
import type { GatewayContext } from "../context";
import type { VisibleSchemas } from "../visible-schema";
import { audienceOf } from "./audience";

/** What graphql-js adds to a fault where a name is close: names of its schema in quotes and nothing else. */
const SUGGESTION =
  / Did you mean (?:the enum value |to use an inline fragment on )?(?:"\w+"(?:, or | or |, )?)+\?$/u;

function placeOf(message: string, locations: GraphQLFormattedError["locations"]): string {
  return JSON.stringify([message, locations]);
}

function faceOf({ message, locations }: GraphQLError): GraphQLFormattedError {
  const { code, message: text } = requestFault(message);
  return { message: text, ...(locations === undefined ? {} : { locations }), extensions: { code } };
}

/** The suggestions for the faults of a document, taken from what validation against another schema says of them. */
function suggestionsIn(faults: readonly GraphQLError[]): ReadonlyMap<string, string> {
  return new Map(
    faults.flatMap((fault): [string, string][] => {
      const suggestion = SUGGESTION.exec(fault.message)?.[0];
      const { message, locations } = faceOf(fault);
      return suggestion === undefined ? [] : [[placeOf(message, locations), suggestion]];
    }),
  );
}

function isInvalid(error: GraphQLError): boolean {
  return error.extensions["code"] === "GRAPHQL_VALIDATION_FAILED";
}

/**
 * "Did you mean …?" after the fault of a document, from the schema that the caller sees: Apollo takes out those of the whole
 * schema. Who has not signed in is told of no other schema at all: the faults themselves are those by the public one.
 */
export function suggestions(visible: VisibleSchemas): ApolloServerPlugin<GatewayContext> {
  const faultsOf = async (document: DocumentNode, { policy, principal }: GatewayContext) =>
    validate((await visible.of(policy, audienceOf(principal))).schema, document);
  return {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse: async ({ response: { body }, errors, document, contextValue }) => {
          if (document === undefined || body.kind !== "single" || errors?.some(isInvalid) !== true) return;
          const faults = await faultsOf(document, contextValue);
          const { requestId, principal } = contextValue;
          const known = suggestionsIn(faults);
          const told =
            principal === null && faults.length > 0 ? faults.map(faceOf) : body.singleResult.errors;
          body.singleResult.errors = (told ?? []).map((error) => {
            const suggestion = known.get(placeOf(error.message, error.locations)) ?? "";
            const { message, extensions } = error;
            return {
              ...error,
              message: `${message}${suggestion}`,
              extensions: { ...extensions, requestId },
            };
          });
        },
      }),
  };
}
