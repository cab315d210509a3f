import type { MigrationInterface, QueryRunner } from "typeorm";
import { columnsFor, createTable } from "../table-parts";

export class CreateVaultTables1763800000000 implements MigrationInterface {
  name = "CreateVaultTables1763800000000";

  async up(runner: QueryRunner): Promise<void> {
    const c = columnsFor(runner);
    await createTable(runner, {
      name: "subject_key",
      columns: [
        c.id(),
        c.text("subject_id", 36),
        c.text("kek_id", 64),
        c.bytes("wrapped"),
        c.text("state", 16),
        c.instant("created_at"),
      ],
      indices: [{ name: "ix_subject_key_subject", columnNames: ["subject_id"] }],
    });
    await createTable(runner, {
      name: "root_key",
      columns: [
        c.id(),
        c.text("purpose", 32),
        c.whole("version"),
        c.text("kek_id", 64),
        c.bytes("wrapped"),
        c.instant("created_at"),
      ],
      indices: [{ name: "ux_root_key", columnNames: ["purpose", "version"], isUnique: true }],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable("root_key", true);
    await runner.dropTable("subject_key", true);
  }
}
