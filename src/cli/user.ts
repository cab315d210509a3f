import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { Staff } from "../domain/staff";
import { StartupError } from "../domain/errors";
import { checked, line } from "../lifecycle/input";
import type { Settings } from "../config";
import { report, type ReportOptions } from "./terminal";
import { unlessTaken, withFieldward } from "./with-fieldward";

/** What `fieldward user add` takes. */
export interface AddUserOptions extends ReportOptions {
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly trainedUntil?: string;
  readonly passwordFile?: string;
}

/** A password is never taken from the command line, which other users of the machine can read. */
async function readPassword(file: string | undefined): Promise<{ password: string; made: boolean }> {
  if (file === undefined) return { password: randomBytes(18).toString("base64url"), made: true };
  const content = file === "-" ? await text(process.stdin) : await readFile(file, "utf8");
  return { password: content.replace(/\r?\n$/, ""), made: false };
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
    const trainedUntil = readTrainedUntil(options.trainedUntil);
    const { name } = checked(z.object({ name: line(200) }), options);
    const { password, made } = await readPassword(options.passwordFile);
    const { email, role } = options;
    const id = await unlessTaken("There is a user with this e-mail address already.", () =>
      services.accounts.addStaff({ email, name, role, password, trainedUntil }),
    );
    const training =
      trainedUntil === null ? "Without --trained-until this user sees personal data masked at most." : "";
    const secret = made ? `Password, shown once: ${password}` : "";
    const lines = [`Added user ${id}.`, secret, training].filter((part) => part !== "");
    report(options, { id, ...(made ? { password } : {}) }, lines.join("\n"));
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
