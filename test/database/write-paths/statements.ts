import { isCheckViolation } from "../../../src/database/faults";
import type { StoredRow } from "../customers";
import { copied, hasIndex, insertSql, MARKER, type Given, type WritePath } from "./given";

const plaintextRow = (g: Given): StoredRow => ({
  ...copied(g),
  [g.specimen.textCt]: Buffer.from(MARKER.padEnd(100)),
});

/** The stored row with plaintext where its envelope was. */
const spoiltRow = (g: Given): StoredRow => ({ ...plaintextRow(g), id: g.stored.id });

function insertOf(g: Given, row: StoredRow, verb: string, end = "") {
  const { text, values } = insertSql(g.specimen.table, row, verb);
  return g.sql(`${text} ${end}`, values);
}

function updateOf(g: Given, column: string, value: unknown, verb = "UPDATE") {
  return g.sql(`${verb} ${g.specimen.table} SET ${column} = ? WHERE id = ?`, [value, g.stored.id]);
}

/** Whether IGNORE skips a row that fails a CHECK or refuses the statement is each engine's own choice. */
async function checkedOrIgnored(statement: Promise<unknown>): Promise<void> {
  await statement.catch((error: unknown) => {
    if (!isCheckViolation(error)) throw error;
  });
}

const overwriting = ({ sqlite }: Given, column: string): string =>
  sqlite
    ? `ON CONFLICT (id) DO UPDATE SET ${column} = excluded.${column}`
    : `ON DUPLICATE KEY UPDATE ${column} = VALUES(${column})`;

/** SQL past TypeORM: nothing but the CHECKs sees it. */
export const WRITTEN: readonly WritePath[] = [
  ["an INSERT in SQL", "refused by the database", (g) => insertOf(g, plaintextRow(g), "INSERT INTO")],
  ["a REPLACE in SQL", "refused by the database", (g) => insertOf(g, spoiltRow(g), "REPLACE INTO")],
  [
    "an INSERT over a row in SQL",
    "refused by the database",
    (g) => insertOf(g, spoiltRow(g), "INSERT INTO", overwriting(g, g.specimen.textCt)),
  ],
  [
    "an INSERT in SQL that ignores errors",
    "writes nothing",
    (g) =>
      checkedOrIgnored(
        insertOf(g, plaintextRow(g), g.sqlite ? "INSERT OR IGNORE INTO" : "INSERT IGNORE INTO"),
      ),
  ],
  [
    "an INSERT in SQL of plaintext that it selects",
    "refused by the database",
    (g) => {
      const { id, ...others } = plaintextRow(g);
      const names = Object.keys(others);
      const text = `INSERT INTO ${g.specimen.table} (id, ${names.join(", ")}) SELECT ${["id", ...names].map(() => "?").join(", ")}`;
      return g.sql(text, [id, ...Object.values(others)]);
    },
  ],
  ["an UPDATE in SQL", "refused by the database", (g) => updateOf(g, g.specimen.textCt, MARKER.padEnd(100))],
  [
    "an UPDATE in SQL with bytes",
    "refused by the database",
    (g) => updateOf(g, g.specimen.textCt, Buffer.from(MARKER.padEnd(100))),
  ],
  [
    "an UPDATE in SQL with the magic byte and too little else",
    "refused by the database",
    (g) => updateOf(g, g.specimen.textCt, Buffer.from(`\xe1${MARKER}`, "latin1")),
  ],
  ["an UPDATE in SQL with nothing", "refused by the database", (g) => updateOf(g, g.specimen.textCt, "")],
  [
    "an UPDATE in SQL that ignores errors",
    "writes nothing",
    (g) => {
      const verb = g.sqlite ? "UPDATE OR IGNORE" : "UPDATE IGNORE";
      return checkedOrIgnored(updateOf(g, g.specimen.textCt, Buffer.from(MARKER.padEnd(100)), verb));
    },
  ],
  [
    "an index of plaintext in SQL",
    "refused by the database",
    (g) => updateOf(g, `${g.specimen.lookup?.column ?? "-"}_bi`, Object.values(g.marked).at(-1)),
    hasIndex,
  ],
  [
    "a second index of plaintext in SQL",
    "refused by the database",
    (g) => updateOf(g, `${g.specimen.lookup?.column ?? "-"}_bi2`, Object.values(g.marked).at(-1)),
    hasIndex,
  ],
  [
    "an index of plaintext as long as an index in SQL",
    "refused by the database",
    (g) =>
      updateOf(
        g,
        `${g.specimen.lookup?.column ?? "-"}_bi`,
        `${MARKER}@example.org`.padEnd(32, "x").slice(-32),
      ),
    hasIndex,
  ],
  [
    "a second index of plaintext as long as an index in SQL",
    "refused by the database",
    (g) =>
      updateOf(
        g,
        `${g.specimen.lookup?.column ?? "-"}_bi2`,
        `${MARKER}@example.org`.padEnd(32, "x").slice(-32),
      ),
    hasIndex,
  ],
  [
    "a second index of nothing in SQL",
    "refused by the database",
    (g) => updateOf(g, `${g.specimen.lookup?.column ?? "-"}_bi2`, ""),
    hasIndex,
  ],
  [
    "a second index without an envelope in SQL",
    "refused by the database",
    (g) => {
      const column = g.specimen.lookup?.column ?? "-";
      const set = `${column}_ct = NULL, ${column}_bi = NULL, ${column}_bi2 = ?`;
      return g.sql(`UPDATE ${g.specimen.table} SET ${set} WHERE id = ?`, ["0".repeat(32), g.stored.id]);
    },
    hasIndex,
  ],
  [
    "an index without its envelope in SQL",
    "refused by the database",
    (g) => updateOf(g, `${g.specimen.lookup?.column ?? "-"}_ct`, null),
    hasIndex,
  ],
  [
    "an envelope without its index in SQL",
    "refused by the database",
    (g) => updateOf(g, `${g.specimen.lookup?.column ?? "-"}_bi`, null),
    hasIndex,
  ],
];
