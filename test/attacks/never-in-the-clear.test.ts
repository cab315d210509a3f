import { existsSync, readFileSync } from "node:fs";
import { DATABASES } from "../../src/database/target";
import { Customer } from "../../src/domain/customer";
import { FieldwardError } from "../../src/domain/errors";
import { auditBytes } from "../graphql/past-the-gateway";
import { engines, type Installation } from "../support/engines";
import { CanarySearch, freshCanaries } from "./canaries";
import { loseConnection, tamper, withoutTable, writePastTheSeal } from "./canary-faults";
import {
  loadedRows,
  read,
  sendWrong,
  sendWrongStaff,
  sendWrongTokens,
  setRows,
  signIn,
  valuesOf,
  write,
} from "./canary-traffic";
import { contentsOf, prints } from "./contents";
import { openObservedGateway, type ObservedGateway } from "./observed-gateway";
import { recordStatements, type Recording, type ServerLogs } from "./server-logs";

jest.setTimeout(240_000);

const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

/** What the gateway is without for a while: a statement that fails carries its values in its error. */
const TABLES = [
  ["data", "customer"],
  ["data", "message"],
  ["data", "consent_record"],
  ["data", "staff"],
  ["vault", "subject_key"],
  ["audit", "audit_entry"],
] as const;

function sqliteFiles({ databases }: Installation): Buffer {
  const paths = DATABASES.flatMap((name) => ["", "-wal", "-shm"].map((end) => databases[name] + end));
  return Buffer.concat(paths.filter((path) => existsSync(path)).map((path) => readFileSync(path)));
}

describe.each(engines)("personal values and credentials on $name", (engine) => {
  const before = freshCanaries();
  const after = freshCanaries();
  /** What code that goes past the seal puts into its statements: it reaches the server, and no error or log of ours. */
  const planted = freshCanaries();
  let observed: ObservedGateway;
  let recording: Recording | undefined;
  let databases: readonly string[] = [];
  let logs: ServerLogs | undefined;
  let search: CanarySearch;
  const plantedSearch = new CanarySearch({ ...planted });

  async function everything(): Promise<void> {
    observed = await openObservedGateway(engine);
    databases = Object.values(observed.gateway.installation.databases);
    const callers = await signIn(observed, after);
    search = new CanarySearch({
      ...Object.fromEntries(Object.entries(before).map(([field, value]) => [`old ${field}`, value])),
      ...after,
      ...callers.secrets,
    });
    const id = await write(observed, callers, before, after);
    await read(observed, callers, id, after);
    await sendWrong(observed, callers, id, after);
    await sendWrongStaff(observed, after);
    await sendWrongTokens(observed, callers);
    await writePastTheSeal(observed, id, planted);
    await withoutTable(observed, ["data", "staff"], () => sendWrongStaff(observed, after));
    for (const table of TABLES)
      await withoutTable(observed, table, async () => {
        await write(observed, callers, before, after);
        await read(observed, callers, id, after);
        await sendWrong(observed, callers, id, after);
      });
    await loseConnection(observed, callers, planted);
    await tamper(observed, id);
    await read(observed, callers, id, after);
  }

  beforeAll(async () => {
    recording = engine.server === null ? undefined : await recordStatements(engine.server);
    try {
      await everything();
    } finally {
      // Others use the server: its settings are put back whatever happened.
      logs = await recording?.stop(databases);
    }
  });
  afterAll(() => observed.close());

  /** The fields that are found in any of these, whatever code went past the seal included. */
  const leaks = (...places: readonly (string | Uint8Array)[]): string[] => [
    ...search.in(...places),
    ...plantedSearch.in(...places),
  ];

  it("are served to whoever may see them", () => {
    const found = search.in(...observed.served);
    for (const field of ["name", "birthDate", "phone", "email", "address", "evidence"])
      expect(found).toContain(`${field} as UTF-8`);
  });

  it("are in no answer's headers, errors and extensions, and in none that fails", () => {
    const codes = new Set(observed.told.flatMap((text) => text.match(/"code":"[A-Z_]+"/g) ?? []));
    for (const code of ["BAD_USER_INPUT", "CONFLICT", "INTERNAL", "UNAUTHENTICATED", "FIELD_TAMPERED"])
      expect(codes).toContain(`"code":"${code}"`);
    expect(leaks(...observed.told)).toEqual([]);
  });

  it("are neither in a line of the log nor printed past it", () => {
    expect(observed.logged.length).toBeGreaterThan(20);
    expect(leaks(...observed.logged)).toEqual([]);
    expect(leaks(...observed.printed)).toEqual([]);
  });

  it("are nowhere in an error that left a service", () => {
    const codes = observed.errors.map((error) => (error instanceof FieldwardError ? error.code : undefined));
    const lost = engine.server === null ? [] : ["DATABASE_UNAVAILABLE"];
    for (const code of ["BAD_USER_INPUT", "CONFLICT", "INTERNAL", "UNAUTHENTICATED", ...lost])
      expect(codes).toContain(code);
    expect(leaks(...observed.errors.map(contentsOf))).toEqual([]);
    expect(leaks(...observed.errors.flatMap((thing) => prints(thing)))).toEqual([]);
  });

  it("are nowhere in what is left of an error of TypeORM's own, which repeats what was looked for", async () => {
    const { data } = observed.gateway.fieldward.databases;
    const missing = { where: { externalRef: planted.name } };
    const error: unknown = await data
      .write((manager) => manager.findOneOrFail(Customer, missing))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FieldwardError);
    expect(leaks(contentsOf(error))).toEqual([]);
  });

  it("would be found in a driver's error, were one let out", async () => {
    const { writer } = observed.gateway.fieldward.databases.data;
    const plaintext = Buffer.from(planted.name);
    const error: unknown = await writer
      .query("UPDATE customer SET name_ct = ?", [plaintext])
      .catch((thrown: unknown) => thrown);
    expect(plantedSearch.in(contentsOf(error))).toContain("name as UTF-8");
  });

  it("are in no line that the log makes of rows, of errors and of errors with rows in them", async () => {
    const { log } = observed.gateway.fieldward;
    const rows = [...(await loadedRows(observed)), ...setRows(after)];
    const from = observed.logged.length;
    for (const level of LEVELS)
      for (const thing of [...rows, ...observed.errors] as readonly object[]) {
        log[level](thing);
        log[level]({ thing, rows: [thing], err: thing }, "%o %j", thing, thing);
      }
    const lines = observed.logged.slice(from);
    expect(lines).toHaveLength(2 * LEVELS.length * (rows.length + observed.errors.length));
    expect(leaks(...lines)).toEqual([]);
  });

  it("are in no print of a row, whether it was loaded or made, nor of the services", async () => {
    const rows = [...(await loadedRows(observed)), ...setRows(after)];
    const values = search.in(...rows.flatMap(valuesOf));
    for (const field of ["phone", "body", "staffEmail"]) expect(values).toContain(`${field} as UTF-8`);
    expect(leaks(...rows.flatMap((thing) => prints(thing)))).toEqual([]);
    expect(leaks(...prints(observed.gateway.fieldward.services, 4))).toEqual([]);
  });

  it("are in no line that the log makes of a foreign error, whose message can be of several lines", () => {
    const from = observed.logged.length;
    for (const value of Object.values<string>({ ...after })) {
      const message = `Unexpected token in "${value}\n    at ${value} (${value})`;
      const error = Object.assign(new SyntaxError(message, { cause: value }), { input: value });
      observed.gateway.fieldward.services.logFault("request", error);
    }
    expect(leaks(...observed.logged.slice(from))).toEqual([]);
  });

  it("are in no diagnostic report, not even on an error that left a service", () => {
    const reports = [undefined, ...observed.errors].map((error) =>
      JSON.stringify(process.report.getReport(error instanceof Error ? error : undefined)),
    );
    expect(reports[0]).toContain("javascriptStack");
    expect(leaks(...reports)).toEqual([]);
  });

  it("are not on the access log", async () => {
    const entries = await auditBytes(observed.gateway);
    expect(entries.length).toBeGreaterThan(50);
    expect(leaks(...entries)).toEqual([]);
  });

  it("are not in SQLite's files, nor beside them", () => {
    if (engine.server !== null) return;
    const files = sqliteFiles(observed.gateway.installation);
    expect(files.includes("larkfield")).toBe(true);
    expect(leaks(files)).toEqual([]);
  });

  it("are in neither log of the server, where what is not sealed is found", () => {
    if (logs === undefined) return;
    expect(logs.slow.length).toBeGreaterThan(50);
    expect(search.in(...logs.general)).toEqual([]);
    expect(search.in(...logs.slow)).toEqual([]);
    expect(plantedSearch.in(...logs.general)).toEqual(
      expect.arrayContaining(["name as hexadecimal", "address as UTF-8", "body as UTF-8", "email as UTF-8"]),
    );
    expect(plantedSearch.in(...logs.slow)).toContain("email as UTF-8");
  });
});
