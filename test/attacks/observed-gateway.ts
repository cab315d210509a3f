import pino from "pino";
import { catalogueError } from "../../src/graphql/answer-errors";
import { openFieldward, serve } from "../../src/main";
import { sendRaw, type RawAnswer } from "../graphql/answers";
import type { Engine } from "../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../support/gateway";

/** A gateway of which everything that it says to anyone but the rightful reader is kept. */
export interface ObservedGateway {
  /** Its services, and the ways past it. */
  readonly gateway: TestGateway;
  /** Headers of all answers, their errors and extensions, and the whole of those without data. */
  readonly told: readonly string[];
  /** What was rightly served. */
  readonly served: readonly string[];
  /** The lines of its log. */
  readonly logged: readonly string[];
  /** What went to standard output, standard error and the console past its log. */
  readonly printed: readonly string[];
  /** Every error of ours that came out of a service, or to the log of faults. */
  readonly errors: readonly unknown[];
  ask(caller: Caller | null, query: string, variables?: object): Promise<RawAnswer>;
  /** Does what a service must refuse, and keeps the error. */
  refused(work: () => Promise<unknown>): Promise<void>;
  close(): Promise<void>;
}

/** The log of a program that keeps every line, at every level. */
function keptLog() {
  const lines: string[] = [];
  return {
    log: pino({ level: "trace", base: null }, { write: (line: string) => void lines.push(line) }),
    lines,
  };
}

/** Keeps what goes out past the log, as an unexpected console.log or Apollo's own logger would. */
function keepPrinted() {
  const printed: string[] = [];
  const keep = (...args: readonly unknown[]): void => void printed.push(args.map(String).join(" "));
  const spies = [
    ...(["debug", "error", "info", "log", "trace", "warn"] as const).map((name) =>
      jest.spyOn(console, name).mockImplementation(keep),
    ),
    ...([process.stdout, process.stderr] as const).map((stream) =>
      jest.spyOn(stream, "write").mockImplementation((text) => {
        keep(text);
        return true;
      }),
    ),
  ];
  return {
    printed,
    stop: () => {
      for (const spy of spies) spy.mockRestore();
    },
  };
}

interface Body {
  readonly data?: unknown;
  readonly errors?: unknown;
  readonly extensions?: unknown;
}

/** Opens a second replica on a fresh installation, with everything about it watched. */
export async function openObservedGateway(engine: Engine): Promise<ObservedGateway> {
  const first = await openTestGateway(engine);
  const { settings } = first.installation;
  const { log, lines } = keptLog();
  const { printed, stop } = keepPrinted();
  const errors: unknown[] = [];
  const opened = await openFieldward(settings, { log, clock: first.clock.read });
  const logFault = (requestId: string, error: unknown): void => {
    // GraphQL's own error carries the caller's document about; the log takes ours out of it, and so is it taken here.
    errors.push(catalogueError(error));
    opened.services.logFault(requestId, error);
  };
  const fieldward = { ...opened, services: { ...opened.services, logFault } };
  const serving = await serve(fieldward, settings);
  const told: string[] = [];
  const served: string[] = [];
  return {
    gateway: { ...first, fieldward, url: serving.url },
    told,
    served,
    logged: lines,
    printed,
    errors,
    ask: async (caller, query, variables) => {
      const init = {
        body: JSON.stringify({ query, variables }),
        headers: { "content-type": "application/json" },
      };
      const answer = await sendRaw(serving.url, init, caller ?? undefined);
      const { data, ...rest } = JSON.parse(answer.text) as Body;
      told.push(JSON.stringify([...answer.headers]), JSON.stringify(rest));
      served.push(JSON.stringify(data ?? null));
      return answer;
    },
    refused: async (work) => {
      const error: unknown = await work().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (error === undefined) throw new Error("nothing was refused");
      errors.push(error);
    },
    close: async () => {
      stop();
      await serving.stop();
      await opened.close();
      await first.close();
    },
  };
}
