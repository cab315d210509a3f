import type { MigrationInterface, QueryRunner } from "typeorm";
import { addColumn, addIndex, addSealed, columnsFor, dropSealed } from "../table-parts";

const INDEX = { name: "ix_message_twin", columnNames: ["twin_version", "id"] };

/** A sealed twin of each message's text without its personal data, and an index that finds those to be made again. */
export class AddTwin1764400000000 implements MigrationInterface {
  name = "AddTwin1764400000000";

  async up(runner: QueryRunner): Promise<void> {
    const c = columnsFor(runner);
    await addSealed(runner, "message", "body_twin");
    await addColumn(runner, "message", c.nullable(c.whole("twin_version")));
    await addIndex(runner, "message", INDEX);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex("message", INDEX.name);
    await runner.dropColumn("message", "twin_version");
    await dropSealed(runner, "message", "body_twin");
  }
}
