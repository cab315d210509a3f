import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { Staff } from "../domain/staff";
import { StartupError } from "../domain/errors";
import { OPERATOR } from "../domain/principal";
import type { Activation } from "../identity/accounts";
import type { RecordAccountChange } from "../identity/second-factor";
import { newId } from "../installation";
import { checked, line } from "../lifecycle/input";
import type { Fieldward } from "../main";
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

/** A password is never taken from the command line, which other users of the machine can read. Null: none was given. */
export async function readPassword(file: string | undefined): Promise<string | null> {
  if (file === undefined) return null;
  const content = file === "-" ? await text(process.stdin) : await readFile(file, "utf8");
  return content.replace(/\r?\n$/, "");
}

/** @throws StartupError where it is no date */
export function readDate(option: string, value: string): Date {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) throw new StartupError(`${option} takes a date, such as 2027-01-31.`);
  return date;
}

/** Puts a change of an account on the access log, as done by whoever runs the command. */
export function recorder({ services }: Fieldward, operationName: string): RecordAccountChange {
  const nothing = { purpose: null, operationHash: null, reads: [], denials: [], ip: null };
  const entry = { ...nothing, kind: "ACCOUNTS", principal: OPERATOR, operationName, outcome: "ok" } as const;
  return (about) => services.accessLog.append({ ...entry, requestId: newId(), about });
}

/** What to tell the person, by another way than the address that they sign in with. */
export function activationText({ code, until }: Activation): string {
  return `Activation code, shown once and good until ${until.toISOString()}: ${code}\nWith it the person sets a password: mutation { setPassword(code: …, next: …) }`;
}

/** `fieldward user add` */
export async function addUser(settings: Settings, options: AddUserOptions): Promise<void> {
  await withFieldward(settings, async (fieldward) => {
    const { accounts, policy } = fieldward.services;
    if (!policy.roles.has(options.role)) {
      throw new StartupError(`--role is one of ${[...policy.roles.keys()].join(", ")}.`);
    }
    const { trainedUntil: until, email, role } = options;
    const trainedUntil = until === undefined ? null : readDate("--trained-until", until);
    const { name } = checked(z.object({ name: line(200) }), options);
    const password = await readPassword(options.passwordFile);
    const record = recorder(fieldward, "fieldward user add");
    const id = await unlessTaken("There is a user with this e-mail address already.", () =>
      accounts.addStaff({ email, name, role, password, trainedUntil }, record),
    );
    const activation = password === null ? await accounts.activate(id) : undefined;
    const training =
      trainedUntil === null ? "Without --trained-until this user sees personal data masked at most." : "";
    const secret = activation === undefined ? "" : activationText(activation);
    const lines = [`Added user ${id}.`, secret, training].filter((part) => part !== "");
    report(options, { id, ...activationFields(activation) }, lines.join("\n"));
  });
}

/** What `--json` has of an activation code. */
export function activationFields(activation: Activation | undefined): object {
  if (activation === undefined) return {};
  return { activationCode: activation.code, activationUntil: activation.until };
}

/** `fieldward user list`: ids and roles, not names. */
export async function listUsers(settings: Settings, options: ReportOptions): Promise<void> {
  await withFieldward(settings, async ({ databases }) => {
    const select = {
      ...{ id: true, role: true, disabled: true, frozenAt: true, totpSince: true },
      ...{ trainedUntil: true, createdAt: true },
    } as const;
    const rows = await databases.data.reader.manager.find(Staff, { select, order: { id: "ASC" } });
    const users = rows.map(({ id, role, disabled, frozenAt, totpSince, trainedUntil, createdAt }) => ({
      ...{ id, role, disabled, frozen: frozenAt !== null, secondFactor: totpSince !== null },
      ...{ trainedUntil, createdAt },
    }));
    const lines = users.map((user) => {
      const state = user.disabled ? "disabled" : user.frozen ? "frozen" : "active";
      const factor = user.secondFactor ? "second factor" : "password only";
      const until = user.trainedUntil?.toISOString().slice(0, 10);
      const trained = until === undefined ? "not trained" : `trained until ${until}`;
      return `${user.id}  ${user.role.padEnd(12)} ${state.padEnd(8)}  ${factor}  ${trained}`;
    });
    report(options, { users }, lines.length === 0 ? "No users." : lines.join("\n"));
  });
}
