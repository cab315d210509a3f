import { initialise } from "../installation";
import type { Settings } from "../config";
import { migrateAll } from "./migrate";
import { report, type ReportOptions } from "./terminal";

/** `fieldward init`: migrations, keyset and keys; what is there stays. */
export async function init(settings: Settings, options: ReportOptions): Promise<void> {
  const migrations = await migrateAll(settings);
  const { createdKeyset } = await initialise(settings, Date.now);
  const keyset = settings.FIELDWARD_KEY_PROVIDER.slice("local:".length);
  const advice = createdKeyset
    ? `A new keyset lies in ${keyset}. Back it up apart from the databases: without it nothing can be read.`
    : `The keyset ${keyset} was there already.`;
  report(options, { migrations, createdKeyset }, `The databases are ready.\n${advice}`);
}
