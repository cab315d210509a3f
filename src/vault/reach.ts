import { FieldwardError, StartupError } from "../domain/errors";

/**
 * Does some work that needs keys. Whatever keeps them from being had is one thing to the caller, VAULT_UNAVAILABLE:
 * nothing is served without them. The cause says what it was; a StartupError in it says the mend.
 */
export async function reachVault<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw cause instanceof FieldwardError
      ? cause
      : new FieldwardError("VAULT_UNAVAILABLE", undefined, { cause });
  }
}

/** At start, what `reachVault` met, where that says the mend; otherwise the error itself. */
export function atStart(error: unknown): unknown {
  return error instanceof FieldwardError && error.cause instanceof StartupError ? error.cause : error;
}
