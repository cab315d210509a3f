import type { DataSource } from "typeorm";
import { StartupError } from "../domain/errors";
import { rowSource } from "./rows";

const KEY_TTL = "key-ttl-ms";
const SESSION_GENERATION = "session-generation";
const FIRST_GENERATION = 1;

async function stored(vault: DataSource, id: string): Promise<number | undefined> {
  const text = "SELECT value FROM vault_setting WHERE id = ?";
  const [row] = await rowSource(vault).rows({ text, values: [id] });
  return row === undefined ? undefined : Number(row[0]);
}

/** The generation of the keys that sign sessions: 1 until it was raised. */
export async function sessionGeneration(vault: DataSource): Promise<number> {
  return (await stored(vault, SESSION_GENERATION)) ?? FIRST_GENERATION;
}

/** Raises the generation by one, so that nothing that was signed before is good any more. Answers the new one. */
export async function raiseSessionGeneration(vault: DataSource): Promise<number> {
  const rows = rowSource(vault);
  if ((await stored(vault, SESSION_GENERATION)) === undefined) {
    const text = "INSERT INTO vault_setting (value, id) VALUES (?, ?)";
    await rows.run({ text, values: [FIRST_GENERATION + 1, SESSION_GENERATION] });
  } else {
    const text = "UPDATE vault_setting SET value = value + 1 WHERE id = ?";
    await rows.run({ text, values: [SESSION_GENERATION] });
  }
  return sessionGeneration(vault);
}

/** Writes down how long keys may stay in memory, for every process to hold to. */
export async function writeKeyTtl(vault: DataSource, ttlMs: number): Promise<void> {
  const present = await stored(vault, KEY_TTL);
  if (present === ttlMs) return;
  const text =
    present === undefined
      ? "INSERT INTO vault_setting (value, id) VALUES (?, ?)"
      : "UPDATE vault_setting SET value = ? WHERE id = ?";
  await rowSource(vault).run({ text, values: [ttlMs, KEY_TTL] });
}

/**
 * Refuses a process that would keep keys in memory for another time than the others: rotation waits for so long and then
 * destroys keys, and a process that goes by a longer time would seal under one of them.
 *
 * @throws StartupError
 */
export async function requireKeyTtl(vault: DataSource, ttlMs: number): Promise<void> {
  const present = await stored(vault, KEY_TTL);
  if (present === ttlMs) return;
  const found = present === undefined ? "nothing" : String(present / 1_000);
  throw new StartupError(
    `FIELDWARD_KEY_TTL_SECONDS is ${String(ttlMs / 1_000)} here and ${found} in the vault. It must be the same everywhere: correct it here, or stop every gateway, set it everywhere and run "fieldward init".`,
  );
}
