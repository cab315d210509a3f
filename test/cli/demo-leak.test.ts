import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import Libsql from "libsql";
import { makeLog, openFieldward } from "../../src/main";
import { DATABASES } from "../../src/database/target";
import { ConsentRecord } from "../../src/domain/consent-record";
import { Customer } from "../../src/domain/customer";
import { Message } from "../../src/domain/message";
import { Staff } from "../../src/domain/staff";
import { engines, freshInstallation, type Installation } from "../support/engines";
import { startDemo, surroundingsOf, type Demo } from "./command-line";

jest.setTimeout(180_000);

const CALLERS = ["support", "analyst", "compliance", "partner"];
const SHORTEST_TEXT = 12;
const SAMPLE = 40;
/** By how many bytes values are looked up: none is shorter. */
const PREFIX = 5;

/** Everything personal that the demo holds, read through the vault, and what is not personal for the control. */
async function demoValues({ settings }: Installation) {
  const fieldward = await openFieldward(settings, { log: makeLog(settings), clock: Date.now });
  try {
    const { manager } = fieldward.databases.data.reader;
    const customers = await manager.find(Customer);
    const staff = await manager.find(Staff);
    const messages = await manager.find(Message);
    const consents = await manager.find(ConsentRecord);
    const phones = customers.map(({ phone }) => phone ?? "");
    const texts = messages.map(({ body }) => body ?? "").filter((text) => text.length >= SHORTEST_TEXT);
    const kinds: Record<string, string[]> = {
      names: [...customers, ...staff].map(({ name }) => name ?? ""),
      phones: phones.flatMap((phone) => [phone, ...digitsOf(phone)]),
      emails: [...customers, ...staff].map(({ email }) => email ?? ""),
      addresses: customers.map(({ address }) => address ?? ""),
      texts: [...new Set(texts)],
      evidence: [...new Set(consents.map(({ evidence }) => evidence ?? ""))],
    };
    for (const kind of Object.keys(kinds))
      kinds[kind] = (kinds[kind] ?? []).filter((value) => value.length >= PREFIX);
    return { kinds, externalRefs: customers.flatMap(({ externalRef }) => externalRef ?? []) };
  } finally {
    await fieldward.close();
  }
}

/** A number's digits as the national plan and as a foreign one would write them. */
function digitsOf(phone: string): string[] {
  const digits = phone.slice(1);
  const national = digits.replace(/^(?:1|33|44)/, "");
  return [digits, national, `0${national}`, `00${digits}`];
}

/** What is left of base64 of a value wherever it begins within a group of three bytes. */
function inBase64(value: string): string[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(value)]).toString("base64");
    return encoded.replace(/=+$/, "").slice(shift === 0 ? 0 : 4, -2);
  });
}

/** Each value as bytes: UTF-8 and UTF-16 of all, hexadecimal and base64 of some. */
function* needles(values: readonly string[]): Generator<Buffer> {
  for (const value of values) {
    yield Buffer.from(value);
    const utf16 = Buffer.from(value, "utf16le");
    yield utf16;
    yield Buffer.from(utf16).swap16();
  }
  const every = Math.max(1, Math.floor(values.length / SAMPLE));
  for (const value of values.filter((_, i) => i % every === 0)) {
    const hex = Buffer.from(value).toString("hex");
    yield Buffer.from(hex);
    yield Buffer.from(hex.toUpperCase());
    for (const encoded of inBase64(value)) yield Buffer.from(encoded);
  }
}

/** How many needles of each kind lie in what was stored: one pass over it, whatever their number. */
function found(haystack: Buffer, kinds: Readonly<Record<string, readonly string[]>>): Record<string, number> {
  const byPrefix = new Map<string, { readonly kind: string; readonly needle: string }[]>();
  for (const [kind, values] of Object.entries(kinds))
    for (const bytes of needles(values)) {
      const needle = bytes.toString("latin1");
      const prefix = needle.slice(0, PREFIX);
      byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), { kind, needle }]);
    }
  const stored = haystack.toString("latin1");
  const counts = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, 0]));
  for (let at = 0; at < stored.length; at += 1)
    for (const { kind, needle } of byPrefix.get(stored.slice(at, at + PREFIX)) ?? [])
      if (stored.startsWith(needle, at)) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function sqliteFiles({ databases }: Installation): Buffer {
  const paths = DATABASES.flatMap((name) => ["", "-wal", "-shm"].map((end) => databases[name] + end));
  return Buffer.concat(paths.filter((path) => existsSync(path)).map((path) => readFileSync(path)));
}

function checkpoint({ databases }: Installation): void {
  for (const name of DATABASES) {
    const database = new Libsql(databases[name]);
    database.pragma("wal_checkpoint(TRUNCATE)");
    database.close();
  }
}

/** The three databases as their administrator can carry them away; null, said aloud, without the client's tools. */
function dumped(server: string, { databases }: Installation): Buffer | null {
  const url = new URL(server);
  const args = [
    `--host=${url.hostname}`,
    `--port=${url.port === "" ? "3306" : url.port}`,
    `--user=${decodeURIComponent(url.username)}`,
  ];
  const env = { PATH: process.env["PATH"] ?? "", MYSQL_PWD: decodeURIComponent(url.password) };
  const dumps: Buffer[] = [];
  for (const name of DATABASES)
    for (const form of [[], ["--hex-blob"]]) {
      const dump = (program: string) =>
        spawnSync(program, [...args, ...form, databases[name]], { env, maxBuffer: 256 * 1024 * 1024 });
      const first = dump("mariadb-dump");
      const { status, stdout } = first.error === undefined ? first : dump("mysqldump");
      if (status !== 0) {
        process.stderr.write("\nNeither mariadb-dump nor mysqldump works: the dump is not searched.\n\n");
        return null;
      }
      dumps.push(stdout);
    }
  return Buffer.concat(dumps);
}

describe.each(engines)("the demo's databases on $name", (engine) => {
  let installation: Installation;
  let demo: Demo;
  let values: Awaited<ReturnType<typeof demoValues>>;
  const nothing = { names: 0, phones: 0, emails: 0, addresses: 0, texts: 0, evidence: 0 };

  beforeAll(async () => {
    installation = await freshInstallation(engine);
    demo = await startDemo(surroundingsOf(installation));
    values = await demoValues(installation);
  });
  afterAll(async () => {
    await demo.stop("SIGTERM");
    await installation.remove();
  });

  it("give four callers four answers to one query", async () => {
    const answers: string[] = [];
    for (const caller of CALLERS) {
      const { data } = await demo.ask(caller);
      expect(data).toHaveProperty("customers");
      answers.push(JSON.stringify(data));
    }
    expect(new Set(answers).size).toBe(4);
  });

  it("hold customers, messages and consents enough to be searched for", () => {
    const counts = Object.values(values.kinds).map((kind) => kind.length);
    expect(Math.min(...counts)).toBeGreaterThan(20);
    expect(values.kinds["texts"]?.length).toBeGreaterThan(1_000);
  });

  it("hold none of it in clear, as bytes of any common encoding, though what is not personal is found", () => {
    const stored = engine.server === null ? sqliteFiles(installation) : dumped(engine.server, installation);
    if (stored === null) return;
    expect(values.externalRefs.filter((ref) => !stored.includes(ref))).toEqual([]);
    expect(found(stored, values.kinds)).toEqual(nothing);
    const [email = ""] = values.kinds["emails"] ?? [];
    const planted = Buffer.concat([stored, Buffer.from(email, "utf16le")]);
    expect(found(planted, values.kinds)["emails"]).toBeGreaterThan(0);
    if (engine.server !== null) return;
    checkpoint(installation);
    const settled = sqliteFiles(installation);
    expect(values.externalRefs.filter((ref) => !settled.includes(ref))).toEqual([]);
    expect(found(settled, values.kinds)).toEqual(nothing);
  });
});
