import { initialise } from "../installation";
import type { Settings } from "../config";
import { providerName } from "../vault/providers/provider-spec";
import { migrateAll } from "./migrate";
import { report, type ReportOptions } from "./terminal";

/** `fieldward init`: migrations, keyset and keys; what is there stays. */
export async function init(settings: Settings, options: ReportOptions): Promise<void> {
  const migrations = await migrateAll(settings);
  const { createdKeyset } = await initialise(settings, Date.now);
  const provider = settings.FIELDWARD_KEY_PROVIDER;
  const keyset = provider.replace(/^local:/, "");
  const advice = createdKeyset
    ? `A new keyset lies in ${keyset}. Back it up apart from the databases: without it nothing can be read.`
    : provider.startsWith("local:")
      ? `The keyset ${keyset} was there already.`
      : `Keys are under ${providerName(provider)}.`;
  report(options, { migrations, createdKeyset }, `The databases are ready.\n${advice}`);
}
