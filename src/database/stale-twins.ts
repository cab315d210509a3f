import { rowSource, type Sql } from "./rows";
import type { DataStore } from "./databases";

/** A message whose twin is to be made again. */
export interface StaleTwin {
  readonly id: string;
  readonly customerId: string;
}

/** Messages whose twin was made by an older detector than a version, or never, found by an index over just that. */
export interface StaleTwins {
  /** Whether there is any. */
  any(version: number): Promise<boolean>;
  count(version: number): Promise<number>;
  /** The lowest version above another and below the detector's that a twin was made by; undefined: none. */
  nextVersion(above: number, below: number): Promise<number | undefined>;
  /** Those of one version, null for those never tried, in the order of their ids, from behind a place. */
  page(version: number | null, after: string, limit: number): Promise<readonly StaleTwin[]>;
}

/** @see StaleTwins */
export function sqlStaleTwins({ reader }: DataStore): StaleTwins {
  const rows = rowSource(reader);
  const first = async (sql: Sql): Promise<unknown> => (await rows.rows(sql))[0]?.[0];
  return {
    async any(version) {
      const never = { text: "SELECT id FROM message WHERE twin_version IS NULL LIMIT 1", values: [] };
      if ((await first(never)) !== undefined) return true;
      const text = "SELECT id FROM message WHERE twin_version < ? LIMIT 1";
      return (await first({ text, values: [version] })) !== undefined;
    },
    async count(version) {
      const text = "SELECT COUNT(*) FROM message WHERE twin_version IS NULL OR twin_version < ?";
      return Number(await first({ text, values: [version] }));
    },
    async nextVersion(above, below) {
      const text = "SELECT MIN(twin_version) FROM message WHERE twin_version > ? AND twin_version < ?";
      const found = await first({ text, values: [above, below] });
      return found === null || found === undefined ? undefined : Number(found);
    },
    async page(version, after, limit) {
      const is = version === null ? "twin_version IS NULL" : "twin_version = ?";
      const values = version === null ? [after, limit] : [version, after, limit];
      const text = `SELECT id, customer_id FROM message WHERE ${is} AND id > ? ORDER BY id LIMIT ?`;
      const found = await rows.rows({ text, values });
      return found.map(([id, customerId]) => ({ id: String(id), customerId: String(customerId) }));
    },
  };
}
