import "reflect-metadata";
import type { ExecutionResult } from "graphql";
import type { Settings } from "../../src/config";
import { migrateAll } from "../../src/cli/migrate";
import type { Way } from "../../src/graphql/executor";
import { initialise } from "../../src/installation";
import {
  makeLog,
  openFieldward,
  serve,
  type Fieldward,
  type Serving,
  type Surroundings,
} from "../../src/main";
import { freshInstallation, type Engine, type Installation } from "./engines";

/** A caller: what it signs in with and the purpose that it declares. */
export interface Caller {
  readonly token: string;
  readonly purpose?: string;
}

/** An answer over HTTP: the status and the whole body. */
export interface Answer extends ExecutionResult {
  readonly status: number;
  readonly data?: Record<string, unknown> | null;
}

/** A clock that stands still until it is moved. */
export class TestClock {
  constructor(public nowMs = Date.parse("2026-06-15T12:00:00Z")) {}

  readonly read = (): number => this.nowMs;

  forward(ms: number): void {
    this.nowMs += ms;
  }
}

/** A gateway of its own for a test: fresh databases, real HTTP on a free port of 127.0.0.1. */
export interface TestGateway {
  readonly fieldward: Fieldward;
  readonly installation: Installation;
  readonly engine: Engine;
  readonly clock: TestClock;
  readonly url: string;
  /** Sends a query as a caller; null: not signed in. */
  query(caller: Caller | null, query: string, variables?: Record<string, unknown>): Promise<Answer>;
  /** The same gateway with every query executed by graphql-js on the shielded schema. */
  slowly(caller: Caller | null, query: string, variables?: Record<string, unknown>): Promise<Answer>;
  /** Signs a new staff member in. */
  staff(role: string, purpose: string, trained?: boolean): Promise<Caller>;
  /** Issues a token to a partner of a tenant. */
  partner(tenantSlug: string, scopes: readonly string[], purposes: readonly string[]): Promise<Caller>;
  close(): Promise<void>;
}

async function send(url: string, caller: Caller | null, query: string, variables?: object): Promise<Answer> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (caller !== null) headers["authorization"] = `Bearer ${caller.token}`;
  if (caller?.purpose !== undefined) headers["fieldward-purpose"] = caller.purpose;
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  return { ...((await response.json()) as Omit<Answer, "status">), status: response.status };
}

let staffCount = 0;
const YEAR_MS = 365 * 24 * 60 * 60 * 1_000;

async function signIn(gateway: Pick<TestGateway, "fieldward" | "clock">, role: string, trained: boolean) {
  const { accounts } = gateway.fieldward.services;
  staffCount += 1;
  const id = await accounts.addStaff({
    email: `${role}.${String(staffCount)}@staff.example.com`,
    name: `Test ${role}`,
    role,
    password: `a long enough password ${String(staffCount)}`,
    trainedUntil: trained ? new Date(gateway.clock.nowMs + YEAR_MS) : null,
  });
  return gateway.fieldward.services.sessions.open(id, { secondFactor: true });
}

/** Opens a gateway on an engine, with some settings and a detector of its own. Close it in `afterAll`. */
export async function openTestGateway(
  engine: Engine,
  own: Partial<Settings> = {},
  given: Pick<Surroundings, "detector"> = {},
): Promise<TestGateway> {
  const installation = await freshInstallation(engine);
  const settings = { ...installation.settings, ...own };
  const clock = new TestClock();
  await migrateAll(settings);
  await initialise(settings, clock.read);
  const fieldward = await openFieldward(settings, { log: makeLog(settings), clock: clock.read, ...given });
  const serving = new Map<Way, Serving>();
  const servingOf = async (way: Way): Promise<Serving> => {
    const known = serving.get(way);
    if (known !== undefined) return known;
    const started = await serve(fieldward, settings, way);
    serving.set(way, started);
    return started;
  };
  const { url } = await servingOf("plan");
  return {
    fieldward,
    installation,
    engine,
    clock,
    url,
    query: (caller, query, variables) => send(url, caller, query, variables),
    slowly: async (caller, query, variables) =>
      send((await servingOf("graphql-js")).url, caller, query, variables),
    staff: async (role, purpose, trained = true) => {
      const { token } = await signIn({ fieldward, clock }, role, trained);
      return { token, purpose };
    },
    partner: async (tenantSlug, scopes, purposes) => {
      const { token } = await fieldward.services.apiTokens.issue({
        tenantSlug,
        name: "test partner",
        scopes,
        purposes,
        expiresInDays: 30,
      });
      return { token, ...(purposes[0] === undefined ? {} : { purpose: purposes[0] }) };
    },
    close: async () => {
      for (const started of serving.values()) await started.stop();
      await fieldward.close();
      await installation.remove();
    },
  };
}
