import type { Settings } from "../config";
import { countKeys, type KeyCensus } from "../database/key-census";
import { Tenant } from "../domain/tenant";
import type { Fieldward } from "../main";
import type { StoredKek } from "../vault/key-store";
import { providerName } from "../vault/providers/provider-spec";
import type { Run } from "../vault/rotation/run";
import { keyWork } from "./keys-runner";
import { secondsLeft } from "./run-progress";
import { report, type ReportOptions } from "./terminal";
import { withFieldward } from "./with-fieldward";

interface KekLine {
  readonly id: string;
  readonly tenant: string | null;
  readonly provider: string;
  readonly keyVersion: string;
  readonly state: string;
  readonly createdAt: string;
  readonly dataKeys: number;
  readonly rootKeys: number;
}

/** Keys by the version of what they are under, and what is left of each rotation. */
interface KeyStatus {
  readonly keks: readonly KekLine[];
  /** Keys that are under a KEK which is not the primary of their tenant. */
  readonly toRewrap: number;
  readonly dataKeys: KeyCensus["byState"];
  readonly subjects: number;
  readonly indexKeys: KeyCensus["indexKeys"];
  readonly shredded: number;
  readonly obstacle: string | null;
  readonly runs: readonly (Run & { readonly left: number; readonly secondsLeft: number | null })[];
}

function kekLines(
  keks: readonly StoredKek[],
  census: KeyCensus,
  slugs: ReadonlyMap<string, string>,
  setting: string,
): KekLine[] {
  const counts = new Map(census.byKek.map((count) => [count.kekId, count]));
  const known = keks
    .filter(({ state }) => state !== "moved" && state !== "gone")
    .map((kek): KekLine => ({
      id: kek.id,
      tenant: kek.tenantId === null ? null : (slugs.get(kek.tenantId) ?? kek.tenantId),
      provider: providerName(kek.provider ?? setting),
      keyVersion: kek.keyVersion,
      state: kek.state,
      createdAt: new Date(kek.createdAtMs).toISOString(),
      dataKeys: counts.get(kek.id)?.dataKeys ?? 0,
      rootKeys: counts.get(kek.id)?.rootKeys ?? 0,
    }));
  const ids = new Set(keks.map(({ id }) => id));
  const direct = census.byKek.filter(({ kekId }) => !ids.has(kekId));
  const base = { tenant: null, provider: providerName(setting), createdAt: "", state: "direct" };
  return [
    ...known,
    ...direct.map(({ kekId, dataKeys, rootKeys }) => ({
      ...base,
      id: kekId,
      keyVersion: kekId,
      dataKeys,
      rootKeys,
    })),
  ];
}

async function statusOf(fieldward: Fieldward, setting: string): Promise<KeyStatus> {
  const { databases, opened } = fieldward;
  const { store, runs, clock } = keyWork(fieldward);
  const census = await countKeys(databases.vault);
  const tenants = await databases.data.reader.manager.find(Tenant, { select: { id: true, slug: true } });
  const slugs = new Map(tenants.map(({ id, slug }) => [id, slug]));
  const keks = kekLines(await store.keks(), census, slugs, setting);
  const old = keks.filter(({ state }) => state !== "primary");
  return {
    keks,
    toRewrap: old.reduce((sum, { dataKeys, rootKeys }) => sum + dataKeys + rootKeys, 0),
    dataKeys: census.byState,
    subjects: census.subjects,
    indexKeys: census.indexKeys,
    shredded: census.shredOrders,
    obstacle: opened.shredWatch.obstacle ?? null,
    runs: (await runs.all()).map((run) => ({
      ...run,
      left: Math.max(0, run.total - run.done),
      secondsLeft: secondsLeft(run, clock()),
    })),
  };
}

const n = (count: number): string => count.toLocaleString("en");

function runText({ kind, phase, done, total, left, secondsLeft }: KeyStatus["runs"][number]): string {
  const eta = secondsLeft === null ? "" : `, about ${n(secondsLeft)} s at that pace`;
  return `Under way: ${kind}, ${phase}: ${n(done)} of ${n(total)}, ${n(left)} left${eta}. Run "fieldward keys ${kind}" to go on.`;
}

function statusText(status: KeyStatus): string {
  const { keks, toRewrap, dataKeys, subjects, indexKeys, shredded, obstacle, runs } = status;
  const header = ["state", "tenant", "provider", "version", "data keys", "root keys", "id"];
  const rows = keks.map((kek) => [
    kek.state,
    kek.tenant ?? "(all)",
    kek.provider,
    kek.keyVersion,
    n(kek.dataKeys),
    n(kek.rootKeys),
    kek.id,
  ]);
  const widths = header.map((name, i) => Math.max(name.length, ...rows.map((row) => (row[i] ?? "").length)));
  const table = [header, ...rows].map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  "));
  const states = Object.entries(dataKeys).map(([state, count]) => `${n(count)} ${state}`);
  const versions = indexKeys.map(({ version, state }) => `${String(version)} ${state}`);
  return [
    ...table.map((line) => line.trimEnd()),
    `Data keys: ${states.join(", ") || "none"}, of ${n(subjects)} subjects. Index key versions: ${versions.join(", ")}. Shred orders: ${n(shredded)}.`,
    toRewrap === 0
      ? "Nothing is to be rewrapped."
      : `${n(toRewrap)} keys are to be rewrapped: "fieldward keys rewrap".`,
    ...runs.map(runText),
    ...(obstacle === null ? [] : [`Not serving: ${obstacle}.`]),
  ].join("\n");
}

/** `fieldward keys status` */
export async function keyStatus(settings: Settings, options: ReportOptions): Promise<void> {
  await withFieldward(settings, async (fieldward) => {
    const status = await statusOf(fieldward, settings.FIELDWARD_KEY_PROVIDER);
    report(options, status, statusText(status));
  });
}
