import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { ERRORS, FieldwardError, type ErrorCode } from "../domain/errors";

/** What graphql-js and Apollo say of a request that is not right, with everything cut out that the caller submitted. */
function withoutValues(message: string): string {
  return message
    .replace(/got invalid value .*?(?=; |$)/su, "got an invalid value")
    .replace(/(?:,)? found .*$/su, "")
    .replace(/(represent) .*$/su, "$1 that value")
    .replace(/^Value .* does not exist in/su, "That value does not exist in")
    .replace(/(Unexpected|Unterminated|Invalid) .*$/su, "$1 text")
    .replace(/ Did you mean .*$/su, "");
}

const REQUEST_CODES: ReadonlySet<unknown> = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "BAD_USER_INPUT",
  "BAD_REQUEST",
  "OPERATION_RESOLUTION_FAILURE",
  "PERSISTED_QUERY_NOT_SUPPORTED",
  "PERSISTED_QUERY_NOT_FOUND",
]);

/** The text of a request's fault, as a caller reads it. */
export function requestFault(message: string): FieldwardError {
  return new FieldwardError("BAD_USER_INPUT", withoutValues(message));
}

function ownError(error: unknown): FieldwardError | undefined {
  if (error instanceof FieldwardError) return error;
  return error instanceof GraphQLError && error.originalError !== undefined
    ? ownError(error.originalError)
    : undefined;
}

function face(formatted: GraphQLFormattedError, code: ErrorCode, message: string): GraphQLFormattedError {
  const { locations, path } = formatted;
  return {
    message,
    ...(locations === undefined ? {} : { locations }),
    ...(path === undefined ? {} : { path }),
    extensions: { code },
  };
}

/** Whether an error has a cause that the log must tell: everything but a plain refusal or a malformed request. */
export function isFault(error: unknown): boolean {
  const own = ownError(error);
  if (own !== undefined) return own.cause !== undefined;
  const code = error instanceof GraphQLError ? error.extensions["code"] : undefined;
  return !REQUEST_CODES.has(code);
}

/**
 * The face of an error that the client sees: code, text and place. What is none of ours and not about the request's form
 * is INTERNAL.
 */
export function clientError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const own = ownError(error);
  if (own !== undefined) return face(formatted, own.code, own.message);
  if (REQUEST_CODES.has(formatted.extensions?.["code"])) {
    return face(formatted, "BAD_USER_INPUT", requestFault(formatted.message).message);
  }
  return face(formatted, "INTERNAL", ERRORS.INTERNAL.text);
}
