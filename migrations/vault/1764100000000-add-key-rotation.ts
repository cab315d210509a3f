import type { MigrationInterface, QueryRunner } from "typeorm";
import { addColumn, addIndex, columnsFor, createTable } from "../table-parts";

/** Key-encryption keys of the vault's own, what rotation and shredding need to know, and the shred ledger. */
export class AddKeyRotation1764100000000 implements MigrationInterface {
  name = "AddKeyRotation1764100000000";

  async up(runner: QueryRunner): Promise<void> {
    const c = columnsFor(runner);
    await createTable(runner, {
      name: "kek",
      columns: [
        c.id(),
        c.nullable(c.text("tenant_id", 36)),
        c.nullable(c.text("provider", 255)),
        c.text("key_id", 255),
        c.text("key_version", 128),
        c.bytes("wrapped"),
        c.text("state", 16),
        c.instant("created_at"),
        c.nullable(c.instant("retired_at")),
      ],
    });
    await addColumn(runner, "subject_key", c.nullable(c.text("tenant_id", 36)));
    await addColumn(runner, "subject_key", c.nullable(c.instant("retired_at")));
    await addColumn(runner, "subject_key", c.nullable(c.text("run_id", 36)));
    await addIndex(runner, "subject_key", { name: "ix_subject_key_kek", columnNames: ["kek_id", "id"] });
    await addIndex(runner, "subject_key", { name: "ix_subject_key_run", columnNames: ["run_id", "id"] });
    await addColumn(runner, "root_key", c.nullable(c.text("state", 16)));
    await createTable(runner, {
      name: "shred_ledger",
      columns: [
        c.id(),
        c.text("subject_id", 36),
        c.nullable(c.text("tenant_id", 36)),
        c.text("ordered_by", 36),
        c.instant("at"),
        c.text("mac", 64),
        c.nullable(c.instant("done_at")),
      ],
      indices: [
        { name: "ix_shred_ledger_subject", columnNames: ["subject_id"] },
        { name: "ix_shred_ledger_at", columnNames: ["at", "done_at"] },
      ],
    });
    await createTable(runner, { name: "vault_setting", columns: [c.id(), c.instant("value")] });
    await createTable(runner, {
      name: "rotation_run",
      columns: [
        c.id(),
        c.text("kind", 16),
        c.text("phase", 64),
        c.instant("phase_since"),
        c.text("place", 128),
        c.instant("done"),
        c.instant("total"),
        c.instant("failed"),
        c.instant("started_at"),
        c.nullable(c.instant("finished_at")),
      ],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable("vault_setting", true);
    await runner.dropTable("rotation_run", true);
    await runner.dropTable("shred_ledger", true);
    await runner.dropColumn("root_key", "state");
    await runner.dropIndex("subject_key", "ix_subject_key_run");
    await runner.dropIndex("subject_key", "ix_subject_key_kek");
    for (const column of ["run_id", "retired_at", "tenant_id"])
      await runner.dropColumn("subject_key", column);
    await runner.dropTable("kek", true);
  }
}
