import type { MigrationInterface, QueryRunner } from "typeorm";
import { addColumn, addIndex, columnsFor } from "../table-parts";

/** Who did it, beside each entry, so that what one principal did in some days is found without reading the rest. */
export class AddActor1764300000000 implements MigrationInterface {
  name = "AddActor1764300000000";

  async up(runner: QueryRunner): Promise<void> {
    const c = columnsFor(runner);
    await addColumn(runner, "audit_entry", c.nullable(c.text("actor_id", 36)));
    const sqlite = runner.dataSource.options.type === "better-sqlite3";
    // What was written before tells its actor in its own bytes.
    const actor = sqlite
      ? "json_extract(CAST(entry AS TEXT), '$.actor')"
      : "JSON_UNQUOTE(JSON_EXTRACT(CONVERT(entry USING utf8mb4), '$.actor'))";
    await runner.query(`UPDATE audit_entry SET actor_id = ${actor} WHERE actor_id IS NULL`);
    await addIndex(runner, "audit_entry", { name: "ix_audit_entry_actor", columnNames: ["actor_id", "at"] });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex("audit_entry", "ix_audit_entry_actor");
    await runner.dropColumn("audit_entry", "actor_id");
  }
}
