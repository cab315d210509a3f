import fc from "fast-check";
import type { Way } from "../../src/graphql/executor";
import { sendRaw } from "../graphql/answers";
import type { Caller } from "../support/gateway";
import { askedValues, type Asked, type Tenants } from "./asked-values";
import { takeSent } from "./sent-statements";
import { BY, mixedKeys, requestOf, type WayIn } from "./ways-in";

/** One attempt: a way in with its values, sent by somebody and executed one way or the other. */
export interface Attempt {
  readonly way: WayIn;
  readonly asked: readonly Asked[];
  readonly caller: Caller;
  readonly how: Way;
  /** Whether the values stand in the document itself. */
  readonly inline: boolean;
  readonly theirsFirst: boolean;
}

/** All that an answer could tell, with what was asked for cut out. */
export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What the time that it took depends on. */
  readonly statements: readonly string[];
}

/** Where attempts go, by the way that they are executed. */
export type Urls = Readonly<Record<Way, string>>;

/** Sends an attempt with one of its values. `text` is the body as it came. */
export async function sendAttempt(
  urls: Urls,
  { way, asked, caller, how, inline }: Attempt,
  which: keyof Asked,
): Promise<{ readonly told: Told; readonly text: string }> {
  const values = asked.map((value) => value[which]);
  const request = JSON.stringify(requestOf(way, values, inline));
  takeSent();
  const init = { body: request, headers: { "content-type": "application/json" } };
  const { status, headers, text } = await sendRaw(urls[how], init, caller);
  const body = values
    .reduce((left, value) => left.replaceAll(JSON.stringify(value).slice(1, -1), "asked"), text)
    .replaceAll(/"requestId":"[^"]*"/g, '"requestId":0');
  const told: Told = {
    status,
    headers: Object.fromEntries([...headers].filter(([name]) => name !== "date")),
    body,
    statements: takeSent(),
  };
  return { told, text };
}

/** Any attempt: half of them of each kind of way in as often, half of each way in as often. */
export function attemptsOf(
  tenants: Tenants,
  ways: readonly WayIn[],
  callers: readonly Caller[],
): fc.Arbitrary<Attempt> {
  const values = askedValues(tenants);
  const mixed = mixedKeys(tenants.own);
  const byKind = BY.filter((by) => by !== "DataLoader key").map((kind) =>
    fc.constantFrom(...ways.filter(({ by }) => by === kind)),
  );
  const any = { weight: ways.length, arbitrary: fc.constantFrom(...ways) };
  const chosen = fc.oneof(fc.oneof(mixed, ...byKind), fc.oneof({ weight: 8, arbitrary: mixed }, any));
  return chosen.chain((way) =>
    fc.record({
      way: fc.constant(way),
      asked: fc.tuple(...way.takes.map((kind) => values[kind])),
      caller: fc.constantFrom(...callers),
      how: fc.constantFrom<Way>("plan", "graphql-js"),
      // Rarely: a document of its own each time has to be parsed, validated and planned.
      inline: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
      theirsFirst: fc.boolean(),
    }),
  );
}
