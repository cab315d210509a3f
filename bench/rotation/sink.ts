import type { ObjectLiteral } from "typeorm";
import { placeholders, rowSource, type SqlValue } from "../../src/database/rows";
import { Customer } from "../../src/domain/customer";
import { Message } from "../../src/domain/message";
import { Tenant } from "../../src/domain/tenant";
import type { Fieldward } from "../../src/main";
import { tenantRows, valuesOf } from "../fieldward-sink";
import type { BenchCustomer, BenchMessage } from "../records";
import type { BenchSink } from "../target";

type Class<T extends object> = new () => T;

/** Fills Fieldward's databases on either engine: sealed by the vault, written by multi-row INSERTs. */
export class RotationSink implements BenchSink {
  constructor(private readonly fieldward: Fieldward) {}

  async tenants(): Promise<void> {
    await this.#insert(Tenant, tenantRows());
  }

  async customers(batch: readonly BenchCustomer[]): Promise<void> {
    await this.fieldward.vault.keyRing.create(batch);
    const rest = { consentBits: 0, consentExpiry: null };
    await this.#insert(
      Customer,
      batch.map((row) => Object.assign(new Customer(), { ...row, ...rest })),
    );
  }

  /** Left out: a consent has no sealed value in this data. */
  consents(): Promise<void> {
    return Promise.resolve();
  }

  async messages(batch: readonly BenchMessage[]): Promise<void> {
    const rest = { bodyStored: true, legalHold: false };
    await this.#insert(
      Message,
      batch.map((row) => Object.assign(new Message(), { ...row, ...rest })),
    );
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }

  async #insert<T extends ObjectLiteral>(entity: Class<T>, rows: readonly T[]): Promise<void> {
    await Promise.all(rows.map((row) => this.fieldward.vault.seal(row)));
    const { writer } = this.fieldward.databases.data;
    const metadata = writer.getMetadata(entity);
    const columns = metadata.columns.map(({ databaseName }) => databaseName);
    const row = `(${placeholders(columns.length)})`;
    await rowSource(writer).run({
      text: `INSERT INTO ${metadata.tableName} (${columns.join(", ")}) VALUES ${rows.map(() => row).join(", ")}`,
      values: rows.flatMap((values) => valuesOf(metadata, values).map(sqlValue)),
    });
  }
}

function sqlValue(stored: unknown): SqlValue {
  if (stored === undefined || stored === null) return null;
  if (typeof stored === "boolean") return Number(stored);
  if (typeof stored === "string" || typeof stored === "number" || stored instanceof Uint8Array) return stored;
  throw new TypeError("a column holds a value that SQL does not take");
}
