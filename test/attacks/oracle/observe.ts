import type { Way } from "../../../src/graphql/executor";
import type { Authenticator } from "../../../src/identity/authenticator";
import { serve } from "../../../src/main";
import { SubjectKeys } from "../../../src/vault/subject-keys";
import { sendRaw, type RawAnswer } from "../../graphql/answers";
import type { Answer, TestGateway } from "../../support/gateway";
import type { OracleCaller } from "./rights";
import { noteOpened, noteStatement, traceFromHere, type Trace } from "./statement-trace";

/** What a caller can tell of the gateway by one probe: what it says, and what takes it time. */
export interface Observation {
  readonly said: string;
  /** Statements, rows and opened values: what time there is to be measured hangs on them. */
  readonly did: string;
}

/** Sends the requests of one probe, one after the other, and keeps what came of them. */
export interface Sender {
  ask(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Answer>;
  get(path: string): Promise<void>;
}

/** Of headers only these are another from one request to the next, or say nothing of the answer. */
const PASSING: ReadonlySet<string> = new Set(["date", "connection", "keep-alive"]);

const PSEUDONYM = /\b[a-z]+_[a-z2-7]{26}\b/g;
const CURSOR = /(?<=ursor":")[\w-]+(?=")/g;
const ID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

/**
 * Brings what stands for something else into the numbers of its first occurrences within a probe: which of them are equal
 * stays to be seen, and how long they are.
 */
class FirstOccurrences {
  readonly #numbers = new Map<string, number>();

  /** @param known ids that are the same in every world */
  constructor(private readonly known: ReadonlySet<string>) {}

  in(text: string): string {
    const numbered = (found: string): string =>
      `<${String(this.#numberOf(found))} of ${String(found.length)}>`;
    return text
      .replace(/"requestId":"[^"]*"/g, "")
      .replace(PSEUDONYM, numbered)
      .replace(CURSOR, numbered)
      .replace(ID, (id) => (this.known.has(id) ? id : numbered(id)));
  }

  #numberOf(found: string): number {
    const number = this.#numbers.get(found) ?? this.#numbers.size;
    this.#numbers.set(found, number);
    return number;
  }
}

function headersOf({ headers }: RawAnswer): string {
  const kept = [...headers].filter(([name]) => !PASSING.has(name));
  return kept.map(([name, value]) => `${name}: ${value}`).join("\n");
}

/** Statements in one order: which of two at once is sent first is chance. */
function doneIn({ statements, opened }: Trace): string {
  const lines = statements.map(({ text, rows }) => `${text} -> ${String(rows)}`);
  return [...lines.sort(), ...[...opened].sort()].join("\n");
}

// eslint-disable-next-line jest/unbound-method -- it is called on whatever its spy is called on
const { open } = SubjectKeys.prototype;

/** Two faults look alike: a gateway that fails would seem to tell nothing. */
const FAULT = /"code":"(?:INTERNAL|\w+_UNAVAILABLE)"/;

let probes = 0;

/** Asks a gateway, both ways, and observes what it says and does. */
export class Observer {
  readonly #traces = new Map<string, Trace>();
  readonly #authenticate: Authenticator["authenticate"];

  private constructor(
    private readonly urls: Readonly<Record<Way, string>>,
    private readonly known: ReadonlySet<string>,
    private readonly gateway: TestGateway,
    readonly stop: () => Promise<void>,
  ) {
    const { authenticator } = gateway.fieldward.services;
    this.#authenticate = authenticator.authenticate.bind(authenticator);
  }

  static async of(gateway: TestGateway, known: Iterable<string>): Promise<Observer> {
    const { fieldward, installation, url } = gateway;
    const slow = await serve(fieldward, installation.settings, "graphql-js");
    const urls = { plan: url, "graphql-js": slow.url };
    return new Observer(urls, new Set(known), gateway, () => slow.stop());
  }

  /** From now on what requests do is traced; Jest ends it with the test. */
  watch(): void {
    const { services, databases } = this.gateway.fieldward;
    jest.spyOn(SubjectKeys.prototype, "open").mockImplementation(function (
      this: SubjectKeys,
      column,
      ...rest
    ) {
      noteOpened(`${column.table}.${column.column}`);
      return open.call(this, column, ...rest);
    });
    const authenticate = this.#authenticate;
    jest.spyOn(services.authenticator, "authenticate").mockImplementation((authorization, source) => {
      this.#enter(source);
      return authenticate(authorization, source);
    });
    for (const source of new Set([databases.data.reader, databases.data.writer]))
      jest.spyOn(source.logger, "logQuery").mockImplementation((text) => void noteStatement(source, text));
  }

  /** What a probe makes a caller see. */
  async observe(
    caller: OracleCaller,
    way: Way,
    probe: (sender: Sender) => Promise<void>,
  ): Promise<Observation> {
    const first = new FirstOccurrences(this.known);
    const said: string[] = [];
    const did: string[] = [];
    const keep = (answer: RawAnswer): void => {
      if (FAULT.test(answer.text))
        throw new Error(`the gateway failed: ${String(FAULT.exec(answer.text)?.[0])}`);
      said.push(first.in(`${String(answer.status)}\n${headersOf(answer)}\n${answer.text}`));
    };
    await probe({
      ask: async (query, variables) => {
        probes += 1;
        const name = String(probes);
        const trace: Trace = { statements: [], opened: [] };
        this.#traces.set(name, trace);
        const body = JSON.stringify({ query, variables, extensions: { probe: name } });
        const init = { body, headers: { "content-type": "application/json" } };
        const answer = await sendRaw(this.urls[way], init, caller.credential ?? undefined);
        this.#traces.delete(name);
        keep(answer);
        did.push(doneIn(trace));
        return { ...(JSON.parse(answer.text) as Omit<Answer, "status">), status: answer.status };
      },
      get: async (path) => {
        const url = new URL(path, this.urls[way]).href;
        keep(await sendRaw(url, { method: "GET" }, caller.credential ?? undefined));
      },
    });
    return { said: said.join("\n\n"), did: did.join("\n\n") };
  }

  /** The request is this probe's from its first step on. */
  #enter(source: object | undefined): void {
    const { body } = (source ?? {}) as { body?: { extensions?: { probe?: string } } };
    const trace = this.#traces.get(body?.extensions?.probe ?? "");
    if (trace !== undefined) traceFromHere(trace);
  }
}
