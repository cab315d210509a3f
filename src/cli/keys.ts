import type { Settings } from "../config";
import { sqlSealedRows } from "../database/sealed-rows";
import { sqlTenantsOf } from "../database/tenants-of";
import { StartupError } from "../domain/errors";
import { createMissingKeyset, newId, random, suiteOf, wait } from "../installation";
import type { Fieldward } from "../main";
import { reindexJob } from "../vault/rotation/reindex";
import { resealJob } from "../vault/rotation/reseal";
import { rewrapJob } from "../vault/rotation/rewrap";
import { destroyOld, requireAge, rotate, type Destroyed, type RotateParts } from "../vault/rotation/rotate";
import { keyWork, recordKeys, runKeyJob, withLease, type RunOptions } from "./keys-runner";
import { report, say, type ReportOptions } from "./terminal";
import { tenantBySlug, withFieldward } from "./with-fieldward";

/** What `fieldward keys rotate` takes. */
export interface RotateOptions extends ReportOptions {
  readonly tenant?: string;
  readonly provider?: string;
  readonly kekOnly?: boolean;
  readonly destroyOlderThan?: string;
}

/** What `fieldward keys reindex` takes. */
export interface ReindexOptions extends RunOptions {
  readonly leaveFailed?: boolean;
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30d`, `12h`, `45m` or `90s` in milliseconds. */
function durationMs(text: string): number {
  const [, number, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const ms = UNITS[unit ?? ""];
  if (ms === undefined) throw new StartupError("--destroy-older-than is a number with s, m, h or d: 30d.");
  return Number(number) * ms;
}

function rotateParts(fieldward: Fieldward, settings: Settings): RotateParts {
  const { store, clock, settleMs } = keyWork(fieldward);
  const setting = settings.FIELDWARD_KEY_PROVIDER;
  return { store, providerOf: fieldward.opened.keys.providerOf, setting, random, newId, clock, settleMs };
}

function destroyedText({ keks, providerVersions, notByUs, notReached }: Destroyed): string {
  const lines = [
    `Destroyed: ${String(keks.length)} key-encryption keys, ${String(providerVersions.length)} versions of providers' keys.`,
    ...notByUs.map((name) => `${name} destroys no single version: delete the old key there.`),
    ...notReached.map((name) => `${name} could not be reached: its versions stay until a later run.`),
  ];
  return lines.join("\n");
}

/** `fieldward keys rotate` */
export async function rotateKeys(settings: Settings, options: RotateOptions): Promise<void> {
  const olderThan = options.destroyOlderThan === undefined ? undefined : durationMs(options.destroyOlderThan);
  const work = (fieldward: Fieldward): Promise<void> =>
    withLease(fieldward, async () => {
      const parts = rotateParts(fieldward, settings);
      if (olderThan !== undefined) requireAge(parts, olderThan);
      const tenant = options.tenant === undefined ? null : (await tenantBySlug(fieldward, options.tenant)).id;
      const run = newId();
      await recordKeys(fieldward, run, "keys rotate");
      const { provider } = options;
      if (provider !== undefined && (await createMissingKeyset(settings, provider, parts.clock)))
        say(`A new keyset was made for ${provider}. Back it up apart from the databases.`);
      const made = await rotate(parts, {
        tenantId: tenant,
        provider,
        rotateProvider: options.kekOnly !== true,
      });
      let destroyed: Destroyed | null = null;
      if (olderThan !== undefined) {
        await recordKeys(fieldward, run, "keys rotate, destroy old keys");
        destroyed = await destroyOld(parts, olderThan);
      }
      const { id, keyId, keyVersion } = made;
      const text = `New key-encryption key ${id}, under ${keyId}${keyVersion === "" ? "" : ` ${keyVersion}`}.\nRun "fieldward keys rewrap" to bring the keys that are there under it.`;
      const all = destroyed === null ? text : `${text}\n${destroyedText(destroyed)}`;
      report(options, { kek: id, tenantId: tenant, keyId, keyVersion, destroyed }, all);
    });
  await withFieldward(settings, work, { sealPlain: true });
}

function finished(options: RunOptions, run: Awaited<ReturnType<typeof runKeyJob>>, text: string): void {
  if (run === undefined) return;
  const { kind, failed, startedAtMs } = run;
  const problems = failed === 0 ? "" : ` ${String(failed)} could not be opened and stay as they are.`;
  report(options, { kind, failed, startedAt: new Date(startedAtMs).toISOString() }, `${text}${problems}`);
  if (failed > 0) process.exitCode = 1;
}

/** `fieldward keys rewrap` */
export async function rewrapKeys(settings: Settings, options: RunOptions): Promise<void> {
  const run = await runKeyJob(settings, options, (fieldward) => {
    const { store, clock } = keyWork(fieldward);
    const { keks, providerOf } = fieldward.opened.keys;
    const tenantsOf = sqlTenantsOf(fieldward.databases.data);
    return rewrapJob({ store, keks, providerOf, tenantsOf, clock });
  });
  finished(options, run, "Every key is under the newest key above it.");
}

/** `fieldward keys reseal` */
export async function resealValues(settings: Settings, options: RunOptions): Promise<void> {
  const run = await runKeyJob(settings, options, (fieldward) => {
    const { store, clock, settleMs } = keyWork(fieldward);
    const rows = sqlSealedRows(fieldward.databases.data.writer);
    const { keyRing } = fieldward.opened.keys;
    return resealJob({ store, rows, keyRing, suite: suiteOf(settings), random, clock, wait, settleMs });
  });
  finished(options, run, "Every value is under a new data key; the old ones are destroyed.");
}

/** `fieldward keys reindex` */
export async function reindexValues(settings: Settings, options: ReindexOptions): Promise<void> {
  const run = await runKeyJob(settings, options, (fieldward) => {
    const { store, settleMs } = keyWork(fieldward);
    const rows = sqlSealedRows(fieldward.databases.data.writer);
    const { keyRing, keks } = fieldward.opened.keys;
    const { indexes } = fieldward.vault;
    const leaveFailed = options.leaveFailed === true;
    return reindexJob({ store, rows, indexes, keyRing, keks, random, wait, settleMs, leaveFailed });
  });
  finished(options, run, "Every blind index is under a new key; the old one is destroyed.");
}
