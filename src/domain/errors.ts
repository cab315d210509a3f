/** One entry of the catalogue: the HTTP status where the whole request fails, and the text that the client reads. */
interface ErrorEntry {
  readonly status: number;
  readonly text: string;
}

/**
 * Every error that a caller can get: a closed catalogue. `docs/errors.md` documents it and a test keeps the two equal.
 * A text says what to do next. It never holds a personal value, SQL or a key; neither does the `hint` added to it.
 */
export const ERRORS = {
  UNAUTHENTICATED: { status: 401, text: 'Sign in: send "Authorization: Bearer <token>" with a valid token.' },
  FORBIDDEN: { status: 403, text: "This principal may not do that." },
  FIELD_HIDDEN: { status: 200, text: "This field is hidden from you." },
  LEVEL_TOO_HIGH: { status: 200, text: "You asked for a level above the one you may have; leave out `as`." },
  FIELD_NOT_FILTERABLE: { status: 403, text: "You may not filter by a field that you may not look up." },
  PURPOSE_REQUIRED: { status: 400, text: 'Say why: send the header "Fieldward-Purpose: <purpose>".' },
  PURPOSE_NOT_ALLOWED: { status: 403, text: "You may not use this purpose; `me { purposes }` lists yours." },
  CONSENT_MISSING: { status: 200, text: "The customer has not consented to this purpose." },
  TRAINING_REQUIRED: { status: 403, text: "Complete the current training first." },
  DISCLOSURE_BUDGET_EXCEEDED: { status: 403, text: "Your disclosure budget for this hour is used up." },
  RATE_LIMITED: { status: 429, text: "Too many requests; wait and try again." },
  QUERY_TOO_COMPLEX: { status: 400, text: "Ask for less: fewer levels, fewer fields or smaller pages." },
  ERASED: { status: 200, text: "This customer's data has been erased." },
  FIELD_TAMPERED: {
    status: 200,
    text: "The stored value fails its integrity check; tell the security team.",
  },
  AUDIT_UNAVAILABLE: {
    status: 503,
    text: "The access log cannot be written, so nothing is served; try again shortly.",
  },
  VAULT_UNAVAILABLE: {
    status: 503,
    text: "The keys cannot be reached, so nothing is served; try again shortly.",
  },
  DATABASE_UNAVAILABLE: { status: 503, text: "The database cannot be reached; try again shortly." },
  BAD_USER_INPUT: { status: 400, text: "The input is not valid." },
  CONFLICT: { status: 409, text: "That already exists." },
  NOT_FOUND: { status: 404, text: "There is no such thing, or you may not know of it." },
  INTERNAL: { status: 500, text: "Something went wrong; give the request id to your administrator." },
} as const satisfies Record<string, ErrorEntry>;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof ERRORS;

/**
 * An error with two faces: code and text for the client, `cause` for the log.
 * `hint` is public, so it may name fields, arguments and settings but never a submitted or stored value.
 */
export class FieldwardError extends Error {
  override readonly name = "FieldwardError";

  constructor(
    readonly code: ErrorCode,
    readonly hint?: string,
    options?: { readonly cause?: unknown },
  ) {
    super(hint === undefined ? ERRORS[code].text : `${ERRORS[code].text} ${hint}`, options);
  }

  /** The HTTP status where this error ends the whole request. */
  get status(): number {
    return ERRORS[this.code].status;
  }
}

/** A fault of the set-up, found at start: the server refuses to start, names the thing and says the mend. */
export class StartupError extends Error {
  override readonly name = "StartupError";
}
