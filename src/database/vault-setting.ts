import type { DataSource } from "typeorm";
import { StartupError } from "../domain/errors";
import { rowSource } from "./rows";

const KEY_TTL = "key-ttl-ms";

async function storedTtl(vault: DataSource): Promise<number | undefined> {
  const text = "SELECT value FROM vault_setting WHERE id = ?";
  const [row] = await rowSource(vault).rows({ text, values: [KEY_TTL] });
  return row === undefined ? undefined : Number(row[0]);
}

/** Writes down how long keys may stay in memory, for every process to hold to. */
export async function writeKeyTtl(vault: DataSource, ttlMs: number): Promise<void> {
  const stored = await storedTtl(vault);
  if (stored === ttlMs) return;
  const text =
    stored === undefined
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
  const stored = await storedTtl(vault);
  if (stored === ttlMs) return;
  const found = stored === undefined ? "nothing" : String(stored / 1_000);
  throw new StartupError(
    `FIELDWARD_KEY_TTL_SECONDS is ${String(ttlMs / 1_000)} here and ${found} in the vault. It must be the same everywhere: correct it here, or stop every gateway, set it everywhere and run "fieldward init".`,
  );
}
