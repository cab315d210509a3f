import { createConnection, type Connection } from "mysql2/promise";
import type { EntityMetadata, ObjectLiteral } from "typeorm";
import { ConsentRecord } from "../src/domain/consent-record";
import { Customer } from "../src/domain/customer";
import { Message } from "../src/domain/message";
import { Tenant } from "../src/domain/tenant";
import type { Fieldward } from "../src/main";
import type { BenchConsent, BenchCustomer, BenchMessage } from "./records";
import { TENANTS } from "./data-words";
import type { BenchSink } from "./target";

type Class<T extends object> = new () => T;

/**
 * Fills Fieldward's databases: every value is sealed by the vault as the gateway would, and written by multi-row INSERTs,
 * since filling is not what is measured.
 */
export class FieldwardSink implements BenchSink {
  constructor(
    private readonly fieldward: Fieldward,
    private readonly connection: Connection,
    private readonly fingerprint: string,
  ) {}

  static async open(fieldward: Fieldward, databaseUrl: string, fingerprint: string): Promise<FieldwardSink> {
    const connection = await createConnection({ uri: databaseUrl, charset: "utf8mb4" });
    const sink = new FieldwardSink(fieldward, connection, fingerprint);
    await connection.query("CREATE TABLE bench_meta (fingerprint varchar(64) NOT NULL)");
    await sink.#insert(Tenant, tenantRows());
    return sink;
  }

  async customers(batch: readonly BenchCustomer[]): Promise<void> {
    await this.fieldward.vault.keyRing.create(batch);
    await this.#insert(
      Customer,
      batch.map((row) => Object.assign(new Customer(), { ...row, consentBits: 0, consentExpiry: null })),
    );
  }

  async consents(batch: readonly BenchConsent[]): Promise<void> {
    const rest = { noticeHash: null, recordedBy: "bench", evidence: null };
    await this.#insert(
      ConsentRecord,
      batch.map(({ tenantId: _, ...row }) => Object.assign(new ConsentRecord(), { ...row, ...rest })),
    );
  }

  async messages(batch: readonly BenchMessage[]): Promise<void> {
    const rest = { bodyStored: true, legalHold: false };
    await this.#insert(
      Message,
      batch.map((row) => Object.assign(new Message(), { ...row, ...rest })),
    );
  }

  async finish(): Promise<void> {
    await this.connection.query("ANALYZE TABLE customer, consent_record, message");
    await this.connection.query("INSERT INTO bench_meta VALUES (?)", [this.fingerprint]);
    await this.connection.end();
    await this.fieldward.close();
  }

  async #insert<T extends ObjectLiteral>(entity: Class<T>, rows: readonly T[]): Promise<void> {
    await Promise.all(rows.map((row) => this.fieldward.vault.seal(row)));
    const metadata = this.fieldward.databases.data.writer.getMetadata(entity);
    const columns = metadata.columns.map(({ databaseName }) => databaseName).join(", ");
    const values = rows.map((row) => valuesOf(metadata, row));
    await this.connection.query(`INSERT INTO ${metadata.tableName} (${columns}) VALUES ?`, [values]);
  }
}

/** The tenants of the data. */
export function tenantRows(): Tenant[] {
  const rest = { country: "US", createdAt: new Date(0) };
  return TENANTS.map(({ id, name }, i) =>
    Object.assign(new Tenant(), { id, slug: `bench-${String(i)}`, name, ...rest }),
  );
}

/** A row's values as they are stored, in the order of the entity's columns. */
export function valuesOf(metadata: EntityMetadata, row: ObjectLiteral): unknown[] {
  return metadata.columns.map(({ propertyName, transformer }) => {
    const value: unknown = row[propertyName];
    const stored: unknown =
      transformer === undefined || Array.isArray(transformer) ? value : transformer.to(value);
    return stored ?? null;
  });
}
