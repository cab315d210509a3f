import type { MigrationInterface, QueryRunner } from "typeorm";
import { columnsFor, createTable } from "../table-parts";

function foreignKey(name: string, column: string, table: string) {
  const rule = { onDelete: "RESTRICT", onUpdate: "RESTRICT" };
  return { name, columnNames: [column], referencedTableName: table, referencedColumnNames: ["id"], ...rule };
}

export class CreateDataTables1763800000000 implements MigrationInterface {
  name = "CreateDataTables1763800000000";

  async up(runner: QueryRunner): Promise<void> {
    await createTenant(runner);
    await createCustomer(runner);
    await createConsentRecord(runner);
    await createMessage(runner);
    await createStaff(runner);
    await createApiToken(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      "api_token",
      "session",
      "staff",
      "message",
      "consent_record",
      "customer",
      "tenant",
    ]) {
      await runner.dropTable(table, true);
    }
  }
}

async function createTenant(runner: QueryRunner): Promise<void> {
  const c = columnsFor(runner);
  const columns = [
    c.id(),
    c.text("slug", 32),
    c.text("name", 120),
    c.text("country", 2),
    c.instant("created_at"),
  ];
  const indices = [{ name: "ux_tenant_slug", columnNames: ["slug"], isUnique: true }];
  await createTable(runner, { name: "tenant", columns, indices });
}

async function createCustomer(runner: QueryRunner): Promise<void> {
  const c = columnsFor(runner);
  const columns = [
    c.id(),
    c.text("tenant_id", 36),
    c.nullable(c.text("external_ref", 64)),
    c.text("status", 24),
    c.nullable(c.text("country", 2)),
    c.nullable(c.text("language", 16)),
    c.instant("created_at"),
    ...c.sealed("name"),
    ...c.sealed("birth_date"),
    ...c.sealed("phone", true),
    ...c.sealed("email", true),
    ...c.sealed("address"),
    c.whole("consent_bits"),
    c.nullable(c.text("consent_expiry", 255)),
  ];
  const indices = [
    { name: "ux_customer_phone", columnNames: ["tenant_id", "phone_bi"], isUnique: true },
    { name: "ix_customer_phone", columnNames: ["phone_bi"] },
    { name: "ix_customer_email", columnNames: ["tenant_id", "email_bi"] },
    { name: "ix_customer_email_any", columnNames: ["email_bi"] },
    { name: "ix_customer_tenant", columnNames: ["tenant_id", "id"] },
    { name: "ux_customer_external_ref", columnNames: ["tenant_id", "external_ref"], isUnique: true },
  ];
  const foreignKeys = [foreignKey("fk_customer_tenant", "tenant_id", "tenant")];
  const sealed = { name: false, birth_date: false, phone: true, email: true, address: false };
  await createTable(runner, { name: "customer", columns, indices, foreignKeys }, sealed);
}

async function createConsentRecord(runner: QueryRunner): Promise<void> {
  const c = columnsFor(runner);
  const columns = [
    c.id(),
    c.text("customer_id", 36),
    c.text("purpose", 32),
    c.text("state", 24),
    c.text("legal_basis", 24),
    c.text("method", 32),
    c.nullable(c.text("jurisdiction", 16)),
    c.nullable(c.text("language", 16)),
    c.nullable(c.whole("notice_version")),
    c.nullable(c.text("notice_hash", 64)),
    c.instant("recorded_at"),
    c.nullable(c.instant("valid_until")),
    c.text("recorded_by", 36),
    ...c.sealed("evidence"),
  ];
  const indices = [{ name: "ix_consent_customer", columnNames: ["customer_id", "recorded_at", "id"] }];
  const foreignKeys = [foreignKey("fk_consent_customer", "customer_id", "customer")];
  await createTable(runner, { name: "consent_record", columns, indices, foreignKeys }, { evidence: false });
}

async function createMessage(runner: QueryRunner): Promise<void> {
  const c = columnsFor(runner);
  const columns = [
    c.id(),
    c.text("tenant_id", 36),
    c.text("customer_id", 36),
    c.text("external_id", 64),
    c.text("direction", 24),
    c.nullable(c.text("sender_id", 32)),
    ...c.sealed("customer_number", true),
    ...c.sealed("body"),
    c.flag("body_stored"),
    c.nullable(c.text("status", 24)),
    c.nullable(c.text("encoding", 16)),
    c.nullable(c.whole("segments")),
    c.nullable(c.text("error_code", 32)),
    c.instant("sent_at"),
    c.nullable(c.instant("delivered_at")),
    c.flag("legal_hold"),
  ];
  const indices = [
    { name: "ux_message_external_id", columnNames: ["tenant_id", "external_id"], isUnique: true },
    { name: "ix_message_customer", columnNames: ["customer_id", "sent_at", "id"] },
    { name: "ix_message_tenant", columnNames: ["tenant_id", "sent_at", "id"] },
    { name: "ix_message_sent", columnNames: ["sent_at", "id"] },
  ];
  const foreignKeys = [foreignKey("fk_message_customer", "customer_id", "customer")];
  const sealed = { customer_number: true, body: false };
  await createTable(runner, { name: "message", columns, indices, foreignKeys }, sealed);
}

async function createStaff(runner: QueryRunner): Promise<void> {
  const c = columnsFor(runner);
  const staff = [
    c.id(),
    ...c.sealed("email", true),
    ...c.sealed("name"),
    c.text("role", 32),
    c.text("password_hash", 60),
    c.nullable(c.instant("trained_until")),
    c.flag("disabled"),
    c.instant("created_at"),
  ];
  const indices = [{ name: "ux_staff_email", columnNames: ["email_bi"], isUnique: true }];
  await createTable(runner, { name: "staff", columns: staff, indices }, { email: true, name: false });
  const session = [
    c.id(),
    c.text("staff_id", 36),
    c.instant("created_at"),
    c.instant("expires_at"),
    c.nullable(c.instant("ended_at")),
  ];
  const foreignKeys = [foreignKey("fk_session_staff", "staff_id", "staff")];
  const byStaff = [{ name: "ix_session_staff", columnNames: ["staff_id"] }];
  await createTable(runner, { name: "session", columns: session, indices: byStaff, foreignKeys });
}

async function createApiToken(runner: QueryRunner): Promise<void> {
  const c = columnsFor(runner);
  const columns = [
    c.id(),
    c.text("handle", 16),
    c.text("tenant_id", 36),
    c.text("name", 120),
    c.text("secret_hash", 64),
    c.list("scopes"),
    c.list("purposes"),
    c.instant("created_at"),
    c.instant("expires_at"),
    c.nullable(c.instant("revoked_at")),
  ];
  const indices = [
    { name: "ux_api_token_handle", columnNames: ["handle"], isUnique: true },
    { name: "ix_api_token_tenant", columnNames: ["tenant_id"] },
  ];
  const foreignKeys = [foreignKey("fk_api_token_tenant", "tenant_id", "tenant")];
  await createTable(runner, { name: "api_token", columns, indices, foreignKeys });
}
