import { createHmac } from "node:crypto";
import type { SubjectOfMessage } from "../../src/anonymise/surrogates";

const BASE_32 = "abcdefghijklmnopqrstuvwxyz234567";

/** A tenant's pseudonyms, keyed by its name: the shape that the product's own have. */
export function pseudonymsOf(tenant: string): (source: string) => string {
  return (source) =>
    Array.from(
      createHmac("sha256", tenant).update(source).digest(),
      (byte) => BASE_32[byte % BASE_32.length] ?? "",
    ).join("");
}

/** A customer of the tenant Larkfield, whom a message is about. */
export function subjectOf(changes: Partial<SubjectOfMessage> = {}): SubjectOfMessage {
  return {
    names: [],
    thread: "thread-1",
    country: "GB",
    pseudonymise: pseudonymsOf("larkfield"),
    ...changes,
  };
}
