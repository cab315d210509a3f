import type { MigrationInterface, QueryRunner } from "typeorm";
import { columnsFor, createTable } from "../table-parts";

/** A second copy of the shred ledger, where a restored vault cannot undo it. */
export class AddShredEntry1764100000000 implements MigrationInterface {
  name = "AddShredEntry1764100000000";

  async up(runner: QueryRunner): Promise<void> {
    const c = columnsFor(runner);
    await createTable(runner, {
      name: "shred_entry",
      columns: [
        c.id(),
        c.text("subject_id", 36),
        c.nullable(c.text("tenant_id", 36)),
        c.text("ordered_by", 36),
        c.instant("at"),
        c.text("mac", 64),
      ],
      indices: [
        { name: "ix_shred_entry_at", columnNames: ["at"] },
        { name: "ix_shred_entry_subject", columnNames: ["subject_id"] },
      ],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable("shred_entry", true);
  }
}
