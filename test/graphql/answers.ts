import type { ExecutionResult } from "graphql";
import type { Caller } from "../support/gateway";

/** An answer as text that two ways of executing must agree on to the byte: all but the id of the request. */
export function withoutRequestIds(answer: object): string {
  return JSON.stringify(answer).replace(/"requestId":"[^"]*"/g, '"requestId":0');
}

/** The code of each error with its place: `customer.name FIELD_HIDDEN`. */
export function refusals(answer: ExecutionResult): string[] {
  return (answer.errors ?? []).map(({ path, extensions }) => {
    const place = (path ?? []).join(".");
    return `${place} ${String(extensions["code"])}`.trim();
  });
}

/** The codes of an answer's errors. */
export function codes(answer: ExecutionResult): string[] {
  return (answer.errors ?? []).map(({ extensions }) => String(extensions["code"]));
}

/** What lies at a place of an answer: `customers.nodes.0.id`. */
export function at(answer: ExecutionResult, place: string): unknown {
  return place
    .split(".")
    .reduce<unknown>(
      (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
      answer.data,
    );
}

/** A list at a place of an answer; empty where there is none. */
export function listAt(answer: ExecutionResult, place: string): readonly unknown[] {
  const found = at(answer, place);
  return Array.isArray(found) ? found : [];
}

/** A text at a place of an answer; empty where there is none. */
export function textAt(answer: ExecutionResult, place: string): string {
  const found = at(answer, place);
  return typeof found === "string" ? found : "";
}

/** A whole HTTP answer, as a browser or a scanner would see it. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Sends whatever it is told to, in whatever form. */
export async function sendRaw(url: string, init: RequestInit, caller?: Caller): Promise<RawAnswer> {
  const headers = new Headers(init.headers);
  if (caller !== undefined && !headers.has("authorization"))
    headers.set("authorization", `Bearer ${caller.token}`);
  if (caller?.purpose !== undefined && !headers.has("fieldward-purpose"))
    headers.set("fieldward-purpose", caller.purpose);
  const response = await fetch(url, { method: "POST", ...init, headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
