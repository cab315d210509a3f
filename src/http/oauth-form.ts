import { FieldwardError } from "../domain/errors";
import type { ClientCredentials } from "../identity/oauth-clients";

/** A form as it came: each parameter once, those without a value left out. */
export type Form = ReadonlyMap<string, string>;

/** Only this one may come more than once. @see RFC 8707 §2 */
const REPEATABLE = "resource";

/** Reads an `application/x-www-form-urlencoded` body. @throws FieldwardError BAD_USER_INPUT. @see RFC 6749 §3.2 */
export function readForm(body: unknown): { readonly form: Form; readonly resources: readonly string[] } {
  if (typeof body !== "string") throw new FieldwardError("BAD_USER_INPUT", "Send a form.");
  const given = [...new URLSearchParams(body)].filter(([, value]) => value !== "");
  const once = given.filter(([name]) => name !== REPEATABLE);
  const form = new Map(once);
  if (form.size !== once.length) throw new FieldwardError("BAD_USER_INPUT", "A parameter is there twice.");
  return { form, resources: given.filter(([name]) => name === REPEATABLE).map(([, value]) => value) };
}

/** One half of a Basic credential: form-encoded before it was put together. @see RFC 6749 §2.3.1 */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (cause) {
    throw new FieldwardError("UNAUTHENTICATED", undefined, { cause });
  }
}

function basicCredentials(authorization: string): ClientCredentials {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]{1,1024}={0,2})$/i.exec(authorization) ?? [];
  const decoded = encoded === undefined ? "" : Buffer.from(encoded, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  if (colon < 0) throw new FieldwardError("UNAUTHENTICATED");
  return {
    clientId: formDecoded(decoded.slice(0, colon)),
    clientSecret: formDecoded(decoded.slice(colon + 1)),
  };
}

/**
 * The credentials of a client, by HTTP Basic or in the form, never both.
 *
 * @throws FieldwardError UNAUTHENTICATED where there are none, BAD_USER_INPUT where there are two. @see RFC 6749 §2.3
 */
export function readCredentials(authorization: string | undefined, form: Form): ClientCredentials {
  const clientSecret = form.get("client_secret");
  if (authorization !== undefined) {
    if (clientSecret !== undefined)
      throw new FieldwardError("BAD_USER_INPUT", "A client says who it is in one way only.");
    return basicCredentials(authorization);
  }
  if (clientSecret === undefined) throw new FieldwardError("UNAUTHENTICATED");
  return { clientId: form.get("client_id") ?? "", clientSecret };
}
