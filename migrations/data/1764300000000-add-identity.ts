import type { MigrationInterface, QueryRunner, TableColumnOptions } from "typeorm";
import { addColumn, addIndex, addSealed, columnsFor, createTable, dropSealed } from "../table-parts";

type Columns = ReturnType<typeof columnsFor>;

const STAFF = (c: Columns): TableColumnOptions[] => [
  c.nullable(c.instant("totp_since")),
  c.nullable({ name: "totp_step", type: "bigint" }),
  c.nullable(c.text("activation_hash", 64)),
  c.nullable(c.instant("activation_until")),
  c.nullable(c.text("external_id", 64)),
  c.nullable(c.instant("frozen_at")),
];

const SESSION = (c: Columns): TableColumnOptions[] => [
  c.nullable(c.instant("last_seen_at")),
  c.nullable(c.instant("second_factor_at")),
];

const API_TOKEN = (c: Columns): TableColumnOptions[] => [
  c.nullable(c.list("allowed_ips")),
  c.nullable(c.text("certificate_sha256", 64)),
  c.nullable(c.text("previous_hash", 64)),
  c.nullable(c.instant("previous_until")),
  c.nullable(c.instant("last_used_at")),
  c.nullable(c.instant("frozen_at")),
  c.nullable(c.text("created_by", 36)),
];

const STAFF_SEALED = ["totp_secret", "pending_totp_secret"] as const;

const ADDED = { staff: STAFF, session: SESSION, api_token: API_TOKEN } as const;

async function createElevation(runner: QueryRunner, c: Columns): Promise<void> {
  const columns = [
    c.id(),
    c.text("principal_id", 36),
    c.text("customer_id", 36),
    c.text("category", 24),
    ...c.sealed("reason"),
    c.nullable(c.text("case_id", 64)),
    c.whole("minutes"),
    c.flag("emergency"),
    c.instant("requested_at"),
    c.nullable(c.text("approved_by", 36)),
    c.nullable(c.instant("approved_at")),
    c.nullable(c.instant("expires_at")),
    c.nullable(c.text("reviewed_by", 36)),
    c.nullable(c.instant("reviewed_at")),
    ...c.sealed("finding"),
  ];
  const indices = [
    { name: "ix_elevation_principal", columnNames: ["principal_id", "expires_at"] },
    { name: "ix_elevation_customer", columnNames: ["customer_id"] },
    { name: "ix_elevation_requested", columnNames: ["requested_at", "id"] },
  ];
  const customer = {
    name: "fk_elevation_customer",
    columnNames: ["customer_id"],
    referencedTableName: "customer",
    referencedColumnNames: ["id"],
    onDelete: "RESTRICT",
    onUpdate: "RESTRICT",
  };
  const sealed = { reason: false, finding: false };
  await createTable(runner, { name: "elevation", columns, indices, foreignKeys: [customer] }, sealed);
}

async function createAlert(runner: QueryRunner, c: Columns): Promise<void> {
  const columns = [
    c.id(),
    c.instant("at"),
    c.text("detector", 32),
    c.text("severity", 16),
    c.nullable(c.text("actor_id", 36)),
    c.text("summary", 255),
    c.nullable(c.list("evidence")),
    c.text("dedupe", 96),
    c.nullable(c.text("acknowledged_by", 36)),
    c.nullable(c.instant("acknowledged_at")),
    ...c.sealed("reason"),
    ...c.sealed("note"),
  ];
  const indices = [
    { name: "ux_alert_dedupe", columnNames: ["dedupe"], isUnique: true },
    { name: "ix_alert_at", columnNames: ["at", "id"] },
  ];
  await createTable(runner, { name: "alert", columns, indices }, { reason: false, note: false });
}

async function createSmall(runner: QueryRunner, c: Columns): Promise<void> {
  await createTable(runner, {
    name: "recovery_code",
    columns: [
      c.id(),
      c.text("staff_id", 36),
      c.text("code_hash", 64),
      c.instant("created_at"),
      c.nullable(c.instant("used_at")),
    ],
    indices: [{ name: "ix_recovery_code_staff", columnNames: ["staff_id"] }],
  });
  await createTable(runner, {
    name: "sign_in_throttle",
    columns: [c.id(), c.whole("failures"), c.instant("last_failed_at"), c.instant("blocked_until")],
    indices: [{ name: "ix_sign_in_throttle_failed", columnNames: ["last_failed_at"] }],
  });
  await createTable(runner, {
    name: "revoked_access_token",
    columns: [c.id(), c.instant("expires_at")],
    indices: [{ name: "ix_revoked_access_token_expires", columnNames: ["expires_at"] }],
  });
  await createTable(runner, {
    name: "disclosure",
    columns: [c.id(), c.text("principal_id", 36), c.instant("hour"), c.whole("place")],
    indices: [
      { name: "ux_disclosure_place", columnNames: ["hour", "principal_id", "place"], isUnique: true },
    ],
  });
}

/** What sign-in, tokens, elevations, disclosure budgets and alerts keep. */
export class AddIdentity1764300000000 implements MigrationInterface {
  name = "AddIdentity1764300000000";

  async up(runner: QueryRunner): Promise<void> {
    const c = columnsFor(runner);
    for (const [table, columns] of Object.entries(ADDED))
      for (const column of columns(c)) await addColumn(runner, table, column);
    for (const field of STAFF_SEALED) await addSealed(runner, "staff", field);
    await addIndex(runner, "staff", {
      name: "ux_staff_external_id",
      columnNames: ["external_id"],
      isUnique: true,
    });
    await createElevation(runner, c);
    await createAlert(runner, c);
    await createSmall(runner, c);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      "disclosure",
      "revoked_access_token",
      "sign_in_throttle",
      "recovery_code",
      "alert",
      "elevation",
    ])
      await runner.dropTable(table, true);
    await runner.dropIndex("staff", "ux_staff_external_id");
    for (const field of STAFF_SEALED) await dropSealed(runner, "staff", field);
    const c = columnsFor(runner);
    for (const [table, columns] of Object.entries(ADDED))
      for (const { name } of columns(c)) await runner.dropColumn(table, name);
  }
}
