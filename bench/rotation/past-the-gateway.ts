import { rowSource } from "../../src/database/rows";
import { countKeys } from "../../src/database/key-census";
import { sqlRunStore } from "../../src/database/run-store";
import { sqlSealedRows } from "../../src/database/sealed-rows";
import { closeDatabases, openDatabases, type Databases } from "../../src/installation";
import { slotOf } from "../../src/vault/blind-indexes";
import type { Run } from "../../src/vault/rotation/run";
import type { SealedTableName } from "../../src/vault/rotation/sealed-rows";
import type { Place } from "./place";

/** What the databases hold of keys and of envelopes, counted without the gateway. */
export interface KeyCount {
  readonly dataKeys: number;
  /** Made before the rotation. */
  readonly oldDataKeys: number;
  /** Data keys and root keys that are not under a primary key-encryption key. */
  readonly underOldKeks: number;
  readonly indexKeys: number;
  readonly envelopes: number;
  /** Not under the active key of the row's subject. */
  readonly oldEnvelopes: number;
  /** Blind indexes in the column that is not looked up by. */
  readonly oldIndexes: number;
}

/** Envelope: magic (1), suite (1), key id (16), and so on. */
const KEY_ID = [2, 18] as const;
const ROWS_AT_ONCE = 5_000;

/** The three databases, opened beside the gateway. */
export class PastTheGateway {
  private constructor(private readonly databases: Databases) {}

  static async open({ settings }: Place): Promise<PastTheGateway> {
    return new PastTheGateway(await openDatabases(settings));
  }

  /** How far the run of this kind is. */
  run(kind: string): Promise<Run | undefined> {
    return sqlRunStore(this.databases.vault).unfinished(kind);
  }

  /** After filling: the plans of statements depend on it. */
  async analyse(engine: Place["engine"]): Promise<void> {
    const { writer } = this.databases.data;
    const text = engine === "sqlite" ? "ANALYZE" : "ANALYZE TABLE customer, message";
    await (engine === "sqlite"
      ? rowSource(writer).run({ text, values: [] })
      : rowSource(writer).rows({ text, values: [] }));
  }

  async count(beganAtMs: number): Promise<KeyCount> {
    const { vault } = this.databases;
    const [dataKeys, oldDataKeys] = [
      await this.#one("SELECT COUNT(*) FROM subject_key", []),
      await this.#one("SELECT COUNT(*) FROM subject_key WHERE created_at < ?", [beganAtMs]),
    ];
    const notPrimary = "kek_id NOT IN (SELECT id FROM kek WHERE state = 'primary')";
    const underOldKeks =
      (await this.#one(`SELECT COUNT(*) FROM subject_key WHERE ${notPrimary}`, [])) +
      (await this.#one(`SELECT COUNT(*) FROM root_key WHERE ${notPrimary}`, []));
    const { indexKeys } = await countKeys(vault);
    const keys = { dataKeys, oldDataKeys, underOldKeks, indexKeys: indexKeys.length };
    const slot = slotOf(indexKeys.at(-1)?.version ?? 1);
    return { ...keys, ...(await this.#countValues(slot)) };
  }

  close(): Promise<void> {
    return closeDatabases(this.databases);
  }

  async #one(text: string, values: readonly number[]): Promise<number> {
    const [row] = await rowSource(this.databases.vault).rows({ text, values });
    return Number(row?.[0] ?? 0);
  }

  async #countValues(slot: 0 | 1) {
    const text = "SELECT subject_id, id FROM subject_key WHERE state = 'active'";
    const active = new Set(
      (await rowSource(this.databases.vault).rows({ text, values: [] })).map(
        ([subjectId, id]) => `${String(subjectId)} ${String(id).replaceAll("-", "")}`,
      ),
    );
    const rows = sqlSealedRows(this.databases.data.writer);
    const count = { envelopes: 0, oldEnvelopes: 0, oldIndexes: 0 };
    for (const table of rows.tables) {
      const unused = table.fields.flatMap(({ bi }) => (bi === undefined ? [] : [bi[1 - slot]]));
      for await (const { subjectId, values } of this.#rowsOf(table)) {
        const envelopes = Object.values(values).filter((value) => value instanceof Uint8Array);
        const old = envelopes.filter((envelope) => {
          const keyId = Buffer.from(envelope.subarray(...KEY_ID)).toString("hex");
          return !active.has(`${subjectId} ${keyId}`);
        });
        count.envelopes += envelopes.length;
        count.oldEnvelopes += old.length;
        count.oldIndexes += unused.filter(
          (name) => name !== undefined && typeof values[name] === "string",
        ).length;
      }
    }
    return count;
  }

  async *#rowsOf(table: SealedTableName) {
    const rows = sqlSealedRows(this.databases.data.writer);
    const properties = table.fields.flatMap(({ ct, bi }) => [ct, ...(bi ?? [])]);
    for (let after = ""; ;) {
      const found = await rows.after(table, properties, after, ROWS_AT_ONCE);
      yield* found;
      const last = found.at(-1);
      if (last === undefined) return;
      after = last.id;
    }
  }
}
