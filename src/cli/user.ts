import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { Staff } from "../domain/staff";
import { StartupError } from "../domain/errors";
import { makeLog, openFieldward, type Fieldward } from "../main";
import type { Settings } from "../config";
import { report, type ReportOptions } from "./terminal";

/** What `fieldward user add` takes. */
export interface AddUserOptions extends ReportOptions {
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly trainedUntil?: string;
  readonly passwordFile?: string;
}

/** Opens the gateway for one command and closes it again. */
export async function withFieldward<T>(
  settings: Settings,
  work: (fieldward: Fieldward) => Promise<T>,
): Promise<T> {
  const fieldward = await openFieldward(settings, { log: makeLog(settings), clock: Date.now });
  try {
    return await work(fieldward);
  } finally {
    await fieldward.close();
  }
}

/** A password is never taken from the command line, which other users of the machine can read. */
function readPassword(options: AddUserOptions): { password: string; made: boolean } {
  if (options.passwordFile === undefined)
    return { password: randomBytes(18).toString("base64url"), made: true };
  const path = options.passwordFile === "-" ? 0 : options.passwordFile;
  return { password: readFileSync(path, "utf8").replace(/\r?\n$/, ""), made: false };
}

function readTrainedUntil(value: string | undefined): Date | null {
  if (value === undefined) return null;
  const date = new Date(value);
  if (Number.isNaN(date.getTime()))
    throw new StartupError("--trained-until takes a date, such as 2027-01-31.");
  return date;
}

/** `fieldward user add` */
export async function addUser(settings: Settings, options: AddUserOptions): Promise<void> {
  await withFieldward(settings, async ({ services }) => {
    if (!services.policy.roles.has(options.role)) {
      throw new StartupError(`--role is one of ${[...services.policy.roles.keys()].join(", ")}.`);
    }
    const { password, made } = readPassword(options);
    const trainedUntil = readTrainedUntil(options.trainedUntil);
    const { email, name, role } = options;
    const id = await services.accounts.addStaff({ email, name, role, password, trainedUntil });
    const training =
      trainedUntil === null ? "Without --trained-until this user sees personal data masked at most." : "";
    const secret = made ? `Password, shown once: ${password}` : "";
    const text = [`Added user ${id}.`, secret, training].filter((line) => line !== "").join("\n");
    report(options, { id, ...(made ? { password } : {}) }, text);
  });
}

/** `fieldward user list`: ids and roles, not names. */
export async function listUsers(settings: Settings, options: ReportOptions): Promise<void> {
  await withFieldward(settings, async ({ databases }) => {
    const select = { id: true, role: true, disabled: true, trainedUntil: true, createdAt: true } as const;
    const users = await databases.data.reader.manager.find(Staff, { select, order: { id: "ASC" } });
    const lines = users.map((user) => {
      const trained =
        user.trainedUntil === null
          ? "not trained"
          : `trained until ${user.trainedUntil.toISOString().slice(0, 10)}`;
      return `${user.id}  ${user.role.padEnd(12)} ${user.disabled ? "disabled" : "active"}  ${trained}`;
    });
    report(options, { users }, lines.length === 0 ? "No users." : lines.join("\n"));
  });
}
