import type { DataSource } from "typeorm";
import { rowSource } from "./rows";

/** How many keys are under one KEK. */
export interface KekCount {
  readonly kekId: string;
  readonly dataKeys: number;
  readonly rootKeys: number;
}

/** How many data keys there are in each state, and of how many subjects. */
export interface KeyCensus {
  readonly byKek: readonly KekCount[];
  readonly subjects: number;
  readonly byState: Readonly<Record<string, number>>;
  readonly indexKeys: readonly { readonly version: number; readonly state: string }[];
  readonly shredOrders: number;
}

/** Counts the keys of the vault database. */
export async function countKeys(vault: DataSource): Promise<KeyCensus> {
  const rows = rowSource(vault);
  const pairs = async (text: string): Promise<readonly (readonly [string, number])[]> =>
    (await rows.rows({ text, values: [] })).map(([name, count]) => [String(name), Number(count)]);
  const one = async (text: string): Promise<number> =>
    Number((await rows.rows({ text, values: [] }))[0]?.[0] ?? 0);
  const dataKeys = new Map(await pairs("SELECT kek_id, COUNT(*) FROM subject_key GROUP BY kek_id"));
  const rootKeys = new Map(await pairs("SELECT kek_id, COUNT(*) FROM root_key GROUP BY kek_id"));
  const indexKeys = await rows.rows({
    text: "SELECT version, state FROM root_key WHERE purpose = 'blind-index' ORDER BY version",
    values: [],
  });
  return {
    byKek: [...new Set([...dataKeys.keys(), ...rootKeys.keys()])].map((kekId) => ({
      kekId,
      dataKeys: dataKeys.get(kekId) ?? 0,
      rootKeys: rootKeys.get(kekId) ?? 0,
    })),
    subjects: await one("SELECT COUNT(DISTINCT subject_id) FROM subject_key"),
    byState: Object.fromEntries(await pairs("SELECT state, COUNT(*) FROM subject_key GROUP BY state")),
    indexKeys: indexKeys.map(([version, state]) => ({
      version: Number(version),
      state: typeof state === "string" ? state : "current",
    })),
    shredOrders: await one("SELECT COUNT(*) FROM shred_ledger"),
  };
}
