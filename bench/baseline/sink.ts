import { createConnection, type Connection, type RowDataPacket } from "mysql2/promise";
import type { BenchConsent, BenchCustomer, BenchMessage } from "../records";
import type { BenchSink, LoadOptions } from "../target";
import { CREATE_INDEXES, CREATE_TABLES } from "./tables";

const DATABASE = "fieldward_bench_baseline";

type Value = string | number | Date | null;

export function baselineDatabaseUrl(mysqlUrl: string): string {
  const url = new URL(mysqlUrl);
  url.pathname = `/${DATABASE}`;
  return url.href;
}

/** A sink that fills the baseline's database, or undefined if the wanted rows are there already. */
export async function loadBaseline(options: LoadOptions): Promise<BenchSink | undefined> {
  const connection = await createConnection({ uri: options.mysqlUrl, timezone: "Z", charset: "utf8mb4" });
  if (!options.reload && (await isLoaded(connection, options.fingerprint))) {
    await connection.end();
    return undefined;
  }
  await connection.query(`DROP DATABASE IF EXISTS ${DATABASE}`);
  await connection.query(`CREATE DATABASE ${DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  await connection.changeUser({ database: DATABASE });
  for (const statement of CREATE_TABLES) await connection.query(statement);
  await connection.query("SET SESSION unique_checks = 0, autocommit = 0");
  return new BaselineSink(connection, options.fingerprint);
}

async function isLoaded(connection: Connection, fingerprint: string): Promise<boolean> {
  const [tables] = await connection.query<RowDataPacket[]>(
    "SELECT 1 FROM information_schema.tables WHERE table_schema = ? AND table_name = 'bench_meta'",
    [DATABASE],
  );
  if (tables.length === 0) return false;
  const sql = `SELECT 1 FROM ${DATABASE}.bench_meta WHERE fingerprint = ?`;
  const [rows] = await connection.query<RowDataPacket[]>(sql, [fingerprint]);
  return rows.length > 0;
}

class BaselineSink implements BenchSink {
  constructor(
    private readonly connection: Connection,
    private readonly fingerprint: string,
  ) {}

  customers(batch: readonly BenchCustomer[]): Promise<void> {
    return this.insert("customer", batch, CUSTOMER_COLUMNS);
  }

  consents(batch: readonly BenchConsent[]): Promise<void> {
    return this.insert("consent_record", batch, CONSENT_COLUMNS);
  }

  messages(batch: readonly BenchMessage[]): Promise<void> {
    return this.insert("message", batch, MESSAGE_COLUMNS);
  }

  async finish(): Promise<void> {
    for (const statement of CREATE_INDEXES) await this.connection.query(statement);
    await this.connection.query("ANALYZE TABLE customer, consent_record, message");
    await this.connection.query("INSERT INTO bench_meta VALUES (?)", [this.fingerprint]);
    await this.connection.query("COMMIT");
    await this.connection.end();
  }

  private async insert<Row>(table: string, batch: readonly Row[], columns: Columns<Row>): Promise<void> {
    const readers = Object.values(columns);
    const values = batch.map((row) => readers.map((read) => read(row)));
    await this.connection.query(`INSERT INTO ${table} (${Object.keys(columns).join(", ")}) VALUES ?`, [
      values,
    ]);
    await this.connection.query("COMMIT");
  }
}

type Columns<Row> = Readonly<Record<string, (row: Row) => Value>>;

const CUSTOMER_COLUMNS: Columns<BenchCustomer> = {
  id: (row) => row.id,
  tenant_id: (row) => row.tenantId,
  external_ref: (row) => row.externalRef,
  status: (row) => row.status,
  country: (row) => row.country,
  language: (row) => row.language,
  created_at: (row) => row.createdAt,
  name: (row) => row.name,
  birth_date: (row) => row.birthDate,
  phone: (row) => row.phone,
  email: (row) => row.email,
  address: (row) => row.address,
};

const CONSENT_COLUMNS: Columns<BenchConsent> = {
  id: (row) => row.id,
  tenant_id: (row) => row.tenantId,
  customer_id: (row) => row.customerId,
  purpose: (row) => row.purpose,
  state: (row) => row.state,
  legal_basis: (row) => row.legalBasis,
  method: (row) => row.method,
  jurisdiction: (row) => row.jurisdiction,
  language: (row) => row.language,
  notice_version: (row) => row.noticeVersion,
  recorded_at: (row) => row.recordedAt,
  valid_until: (row) => row.validUntil,
};

const MESSAGE_COLUMNS: Columns<BenchMessage> = {
  id: (row) => row.id,
  tenant_id: (row) => row.tenantId,
  customer_id: (row) => row.customerId,
  external_id: (row) => row.externalId,
  direction: (row) => row.direction,
  sender_id: (row) => row.senderId,
  customer_number: (row) => row.customerNumber,
  body: (row) => row.body,
  status: (row) => row.status,
  encoding: (row) => row.encoding,
  segments: (row) => row.segments,
  error_code: (row) => row.errorCode,
  sent_at: (row) => row.sentAt,
  delivered_at: (row) => row.deliveredAt,
};
