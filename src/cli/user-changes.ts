import { Staff } from "../domain/staff";
import { StartupError } from "../domain/errors";
import type { RecordAccountChange } from "../identity/second-factor";
import type { Fieldward } from "../main";
import type { Settings } from "../config";
import { report, type ReportOptions } from "./terminal";
import { activationFields, activationText, readDate, readPassword, recorder } from "./user";
import { withFieldward } from "./with-fieldward";

/** What `fieldward user reset` takes. */
export interface ResetUserOptions extends ReportOptions {
  readonly passwordFile?: string;
  readonly secondFactor?: boolean;
}

/** What `fieldward user sign-out` takes. */
export interface SignOutOptions extends ReportOptions {
  readonly all?: boolean;
}

type Change = (accounts: Fieldward["services"]["accounts"], record: RecordAccountChange) => Promise<void>;

const SOON = "Running servers go by it within two seconds.";

async function changed(
  settings: Settings,
  id: string,
  options: ReportOptions,
  told: { readonly what: string; readonly result: object; readonly text: string },
  change: Change,
): Promise<void> {
  await withFieldward(settings, async (fieldward) => {
    await change(fieldward.services.accounts, recorder(fieldward, `fieldward user ${told.what}`));
    report(options, { id, ...told.result }, told.text);
  });
}

/** `fieldward user disable` */
export function disableUser(settings: Settings, id: string, options: ReportOptions): Promise<void> {
  const text = `User ${id} is disabled and signed out. ${SOON}`;
  return changed(
    settings,
    id,
    options,
    { what: "disable", result: { disabled: true }, text },
    (accounts, record) => accounts.disable(id, record),
  );
}

/** `fieldward user enable` */
export function enableUser(settings: Settings, id: string, options: ReportOptions): Promise<void> {
  const text = `User ${id} may sign in again.`;
  return changed(
    settings,
    id,
    options,
    { what: "enable", result: { disabled: false }, text },
    (accounts, record) => accounts.enable(id, record),
  );
}

/** `fieldward user unlock` */
export function unlockUser(settings: Settings, id: string, options: ReportOptions): Promise<void> {
  const text = `User ${id} is not locked out any more.`;
  return changed(
    settings,
    id,
    options,
    { what: "unlock", result: { locked: false }, text },
    async (accounts, record) => {
      await accounts.unlock(id);
      await record(id);
    },
  );
}

/** `fieldward user train` */
export function trainUser(
  settings: Settings,
  id: string,
  options: ReportOptions & { readonly until: string },
): Promise<void> {
  const trainedUntil = readDate("--until", options.until);
  const text = `The training of user ${id} counts until ${trainedUntil.toISOString()}. ${SOON}`;
  return changed(
    settings,
    id,
    options,
    { what: "train", result: { trainedUntil }, text },
    (accounts, record) => accounts.train(id, trainedUntil, record),
  );
}

/** `fieldward user sign-out` */
export async function signOutUser(
  settings: Settings,
  id: string | undefined,
  options: SignOutOptions,
): Promise<void> {
  if ((id === undefined) !== (options.all === true))
    throw new StartupError("Name the user who is signed out by id, or use --all alone.");
  await withFieldward(settings, async (fieldward) => {
    const record = recorder(fieldward, "fieldward user sign-out");
    const { manager } = fieldward.databases.data.reader;
    const everybody = async () => (await manager.find(Staff, { select: { id: true } })).map((row) => row.id);
    const ids = id === undefined ? await everybody() : [id];
    for (const each of ids) await fieldward.services.accounts.signOut(each, record);
    report(options, { signedOut: ids }, `${String(ids.length)} users are signed out. ${SOON}`);
  });
}

/**
 * `fieldward user reset`: another password, and with `--second-factor` no second factor until another is set up. The password
 * goes in either case: whoever lost one factor has to be known anew, and not by the other alone. @see OWASP ASVS 5.0 6.4.4
 */
export async function resetUser(settings: Settings, id: string, options: ResetUserOptions): Promise<void> {
  await withFieldward(settings, async (fieldward) => {
    const { accounts } = fieldward.services;
    const what = options.secondFactor === true ? "reset --second-factor" : "reset";
    const record = recorder(fieldward, `fieldward user ${what}`);
    const password = await readPassword(options.passwordFile);
    await accounts.resetPassword(id, password, record);
    if (options.secondFactor === true) await accounts.resetSecondFactor(id, record);
    const activation = password === null ? await accounts.activate(id) : undefined;
    const how = activation === undefined ? "It has the password of the file." : activationText(activation);
    const gone = options.secondFactor === true ? "password and second factor are" : "password is";
    const text = `User ${id} is signed out and the old ${gone} gone. ${how}`;
    report(options, { id, ...activationFields(activation) }, text);
  });
}
