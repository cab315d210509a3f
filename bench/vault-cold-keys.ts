import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import type { DataSource } from "typeorm";
import {
  closeKeys,
  databaseParts,
  initialise,
  newId,
  openKeys,
  suiteOf,
  type Keys,
} from "../src/installation";
import { readSettings, type Settings } from "../src/config";
import { openDataSource } from "../src/database/data-source";
import { migrate } from "../src/database/migrate";
import { Message } from "../src/domain/message";
import { BlindIndexes } from "../src/vault/blind-indexes";
import { openRootKeys } from "../src/vault/root-keys";
import { Vault } from "../src/vault/vault";
import { countStatements, type Count } from "./vault-statements";
import { median } from "./vault-rounds";

const DATABASE = "fieldward_bench_keys";
const CUSTOMERS = 200;
const MESSAGES = 1_000;
const BODY = "Your parcel comes on Thursday, between 10 and 12.";

export interface ColdKeysResult {
  readonly engine: string;
  /** On the vault database, to open all values: the most of any round. */
  readonly coldStatements: number;
  readonly warmStatements: number;
  readonly coldMs: number;
  readonly warmMs: number;
  /** The median of the rounds' differences. */
  readonly differenceMs: number;
}

interface Place {
  readonly engine: string;
  readonly vaultUrl: string;
  readonly directory: string;
}

function settingsOf({ vaultUrl, directory }: Place): Settings {
  const unused = `sqlite:${join(directory, "unused.db")}`;
  return readSettings({
    FIELDWARD_DATA_URL: unused,
    FIELDWARD_VAULT_URL: vaultUrl,
    FIELDWARD_AUDIT_URL: unused,
    FIELDWARD_KEY_PROVIDER: `local:${join(directory, "keyset.json")}`,
  });
}

async function openVault(
  { store, keks, memory, keyRing, clock, ttlMs }: Keys,
  settings: Settings,
): Promise<Vault> {
  const rootKeys = await openRootKeys(store, keks, memory);
  const indexes = new BlindIndexes({ store, keks, memory, clock, ttlMs });
  return new Vault(keyRing, indexes, rootKeys, suiteOf(settings));
}

/** Messages as a list loads them: ids and envelopes. */
async function sealedMessages(vault: Vault): Promise<readonly Message[]> {
  const customers = Array.from({ length: CUSTOMERS }, () => ({ id: newId(), tenantId: null }));
  await vault.keyRing.create(customers);
  const sealed = Array.from({ length: MESSAGES }, (_, i) =>
    Object.assign(new Message(), { id: randomUUID(), customerId: customers[i % CUSTOMERS]?.id, body: BODY }),
  );
  for (const message of sealed) await vault.seal(message);
  // A row as it is loaded: its columns without the values that were set, which lie under a symbol.
  return sealed.map((message) => Object.assign(new Message(), Object.fromEntries(Object.entries(message))));
}

interface Opening {
  readonly ms: number;
  readonly statements: number;
}

async function openAll(vault: Vault, messages: readonly Message[], count: Count): Promise<Opening> {
  const before = count.statements;
  const startedAt = performance.now();
  await vault.attach("Message", messages);
  for (const message of messages) if (message.body !== BODY) throw new Error("a value opens to another");
  return { ms: performance.now() - startedAt, statements: count.statements - before };
}

async function measure(engine: string, source: DataSource, settings: Settings, rounds: number) {
  const count = countStatements(source);
  const keys = openKeys(settings, source, Date.now);
  const vault = await openVault(keys, settings);
  const cold: Opening[] = [];
  const warm: Opening[] = [];
  try {
    const messages = await sealedMessages(vault);
    await openAll(vault, messages, count);
    for (let round = 0; round < rounds; round += 1) {
      vault.keyRing.clear();
      cold.push(await openAll(vault, messages, count));
      warm.push(await openAll(vault, messages, count));
    }
  } finally {
    closeKeys(keys);
  }
  return toResult(engine, cold, warm);
}

function toResult(engine: string, cold: readonly Opening[], warm: readonly Opening[]): ColdKeysResult {
  return {
    engine,
    coldStatements: Math.max(...cold.map(({ statements }) => statements)),
    warmStatements: Math.max(...warm.map(({ statements }) => statements)),
    coldMs: median(cold.map(({ ms }) => ms)),
    warmMs: median(warm.map(({ ms }) => ms)),
    differenceMs: median(cold.map(({ ms }, i) => ms - (warm[i]?.ms ?? NaN))),
  };
}

async function measureAt(place: Place, rounds: number): Promise<ColdKeysResult> {
  const settings = settingsOf(place);
  const source = await openDataSource(databaseParts("vault", settings));
  try {
    await migrate(source);
    await initialise(settings, Date.now);
    return await measure(place.engine, source, settings, rounds);
  } finally {
    await source.destroy();
  }
}

async function onServer(url: string, statements: readonly string[]): Promise<void> {
  const connection = await createConnection(url);
  try {
    for (const statement of statements) await connection.query(statement);
  } finally {
    await connection.end();
  }
}

/** Opens a page of 1,000 messages of 200 customers with the data keys in memory and without, on both engines. */
export async function measureColdKeys(serverUrl: string, rounds: number): Promise<readonly ColdKeysResult[]> {
  const directory = mkdtempSync(join(tmpdir(), "fieldward-bench-"));
  const sqlite = { engine: "SQLite", vaultUrl: `sqlite:${join(directory, "vault.db")}`, directory };
  const of = new URL(serverUrl);
  of.pathname = `/${DATABASE}`;
  const server = { engine: "server", vaultUrl: of.href, directory: join(directory, "server") };
  try {
    const onSqlite = await measureAt(sqlite, rounds);
    await onServer(serverUrl, [`DROP DATABASE IF EXISTS ${DATABASE}`, `CREATE DATABASE ${DATABASE}`]);
    return [onSqlite, await measureAt(server, rounds)];
  } finally {
    await onServer(serverUrl, [`DROP DATABASE IF EXISTS ${DATABASE}`]);
    rmSync(directory, { recursive: true });
  }
}
