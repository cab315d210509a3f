import type { MigrationInterface, QueryRunner } from "typeorm";
import { columnsFor, createTable } from "../table-parts";

export class CreateAuditTables1763800000000 implements MigrationInterface {
  name = "CreateAuditTables1763800000000";

  async up(runner: QueryRunner): Promise<void> {
    const c = columnsFor(runner);
    await createTable(runner, {
      name: "audit_entry",
      columns: [
        c.id(),
        c.text("writer_id", 36),
        c.instant("place"),
        c.instant("at"),
        c.bytes("entry"),
        c.text("leaf_hash", 64),
        c.nullable(c.text("root_hash", 64)),
      ],
      indices: [
        { name: "ux_audit_entry_place", columnNames: ["writer_id", "place"], isUnique: true },
        { name: "ix_audit_entry_at", columnNames: ["at"] },
      ],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable("audit_entry", true);
  }
}
