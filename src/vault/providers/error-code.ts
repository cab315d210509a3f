import { types } from "node:util";

/**
 * The `code` of an error of the system's, such as ENOENT; undefined where there is none. Of a foreign error nothing else is
 * kept: its message may repeat what was sent.
 */
export function errorCode(error: unknown): string | undefined {
  // Not instanceof: an error of another realm, as of a worker's, is one too.
  if (!types.isNativeError(error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
