import type { MigrationInterface, QueryRunner } from "typeorm";
import {
  addIndex,
  addSecondIndexes,
  columnsFor,
  createTable,
  dropSecondIndexes,
  type IndexedFields,
} from "../table-parts";

const INDEXED: IndexedFields = {
  customer: ["phone", "email"],
  message: ["customer_number"],
  staff: ["email"],
};

const INDICES = {
  customer: [
    { name: "ux_customer_phone2", columnNames: ["tenant_id", "phone_bi2"], isUnique: true },
    { name: "ix_customer_phone2", columnNames: ["phone_bi2"] },
    { name: "ix_customer_email2", columnNames: ["tenant_id", "email_bi2"] },
    { name: "ix_customer_email_any2", columnNames: ["email_bi2"] },
  ],
  staff: [{ name: "ux_staff_email2", columnNames: ["email_bi2"], isUnique: true }],
};

/** A second column for every blind index, so that its key can be rotated while serving; and leases. */
export class AddSecondIndexes1764100000000 implements MigrationInterface {
  name = "AddSecondIndexes1764100000000";

  async up(runner: QueryRunner): Promise<void> {
    await addSecondIndexes(runner, INDEXED);
    for (const [table, indices] of Object.entries(INDICES)) {
      for (const index of indices) await addIndex(runner, table, index);
    }
    const c = columnsFor(runner);
    const columns = [c.id(), c.text("holder", 36), c.instant("until")];
    await createTable(runner, { name: "lease", columns });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable("lease", true);
    for (const [table, indices] of Object.entries(INDICES)) {
      for (const { name } of indices) await runner.dropIndex(table, name);
    }
    await dropSecondIndexes(runner, INDEXED);
  }
}
