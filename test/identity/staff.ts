import { createHmac } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { MoreThanOrEqual } from "typeorm";
import { AuditEntry } from "../../src/audit/audit-entry";
import type { DataStore } from "../../src/database/databases";
import { Session } from "../../src/domain/session";
import { Staff } from "../../src/domain/staff";
import type { Accounts } from "../../src/identity/accounts";
import type { Answer, Caller, TestGateway } from "../support/gateway";

/** A member of staff with a password. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly password: string;
}

/** One with a second factor and a session. */
export interface Enrolled extends Person {
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
  readonly caller: Caller;
}

export const PASSWORD = "quiet violet harbours";

let count = 0;

/** Adds a member of staff. */
export async function addPerson({ fieldward, clock }: TestGateway, role = "support"): Promise<Person> {
  count += 1;
  const email = `person.${String(count)}@staff.example.com`;
  const trainedUntil = new Date(clock.nowMs + 365 * 86_400_000);
  const id = await fieldward.services.accounts.addStaff({
    ...{ email, name: "Robin Example", role, trainedUntil },
    password: null,
  });
  const passwordHash = await hashOf(fieldward.services.accounts, fieldward.databases.data);
  await fieldward.databases.data.write((manager) => manager.update(Staff, { id }, { passwordHash }));
  return { id, email, password: PASSWORD };
}

const hashes = new WeakMap<Accounts, Promise<string>>();

/** The hash of the one password, made once for each gateway: a hash takes a third of a second. */
function hashOf(accounts: Accounts, data: DataStore): Promise<string> {
  const make = async (): Promise<string> => {
    const first = {
      email: "first.of.all@staff.example.com",
      name: "First",
      role: "support",
      trainedUntil: null,
    };
    const id = await accounts.addStaff({ ...first, password: PASSWORD });
    return (await data.reader.manager.findOneByOrFail(Staff, { id })).passwordHash;
  };
  const known = hashes.get(accounts) ?? make();
  hashes.set(accounts, known);
  return known;
}

const LOGIN =
  "mutation ($email: String!, $password: String!) { login(email: $email, password: $password) { session { token expiresAt } challenge } }";
const VERIFY =
  "mutation ($challenge: String!, $code: String!) { verifyTotp(challenge: $challenge, code: $code) { token expiresAt } }";
export const ENROL = `mutation ($password: String! = "${PASSWORD}", $code: String) { enrolTotp(password: $password, currentCode: $code) { secret uri qrSvg qrText } }`;
export const CHANGE =
  "mutation ($current: String!, $next: String!, $code: String) { changePassword(current: $current, next: $next, code: $code) }";
export const CONFIRM = "mutation ($code: String!) { confirmTotp(code: $code) }";

/** Something at a path of an answer's data. */
export function at(answer: Answer, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
      answer.data,
    );
}

/** The same where it is text. */
export function textAt(answer: Answer, path: string): string {
  const found = at(answer, path);
  if (typeof found !== "string") throw new Error(`${path} is missing: ${JSON.stringify(answer.errors)}`);
  return found;
}

export function login(
  gateway: Pick<TestGateway, "query">,
  { email, password }: Pick<Person, "email" | "password">,
): Promise<Answer> {
  return gateway.query(null, LOGIN, { email, password });
}

/** A session of a person, as a password alone would have opened it. */
export async function callerOf({ fieldward }: TestGateway, { id }: Pick<Person, "id">): Promise<Caller> {
  return { token: (await fieldward.services.sessions.open(id)).token, purpose: "support" };
}

/** What an authenticator app shows, reckoned from RFC 6238 and RFC 4226 §5.3 and not by the library that checks it. */
export function codeAt(secret: string, ms: number): string {
  const bits = Array.from(secret, (letter) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"),
  ).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(ms / 30_000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  const offset = mac.readUInt8(19) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** A code that the secret does not have now nor in the steps beside it. */
export function wrongCode(secret: string, ms: number): string {
  const near = [-60_000, -30_000, 0, 30_000, 60_000].map((by) => codeAt(secret, ms + by));
  return (
    ["000000", "111111", "222222", "333333", "444444", "555555"].find((code) => !near.includes(code)) ?? ""
  );
}

/** Adds a member of staff and sets a second factor up, as its owner would. The clock moves on by a step. */
export async function addEnrolled(gateway: TestGateway, role = "support"): Promise<Enrolled> {
  const person = await addPerson(gateway, role);
  const caller = await callerOf(gateway, person);
  const secret = textAt(await gateway.query(caller, ENROL), "enrolTotp.secret");
  const codes = at(
    await gateway.query(caller, CONFIRM, { code: codeAt(secret, gateway.clock.nowMs) }),
    "confirmTotp",
  );
  gateway.clock.forward(30_000);
  const { token } = await gateway.fieldward.services.sessions.open(person.id, { secondFactor: true });
  const both = { token, purpose: "support" };
  return { ...person, secret, recoveryCodes: codes as string[], caller: both };
}

/** The password's half of a sign-in. */
export async function challengeOf(gateway: TestGateway, person: Person): Promise<string> {
  return textAt(await login(gateway, person), "login.challenge");
}

export function verify(
  gateway: Pick<TestGateway, "query">,
  challenge: string,
  code: string,
): Promise<Answer> {
  return gateway.query(null, VERIFY, { challenge, code });
}

interface LoggedEntry {
  readonly kind: string;
  readonly operation?: string;
  readonly outcome?: string;
  readonly about?: string;
  readonly actor?: string;
  readonly ip?: string;
}

/** The entries of a kind on the access log, oldest first. */
export async function entriesOf({ fieldward }: TestGateway, kind: string): Promise<readonly LoggedEntry[]> {
  const rows = await fieldward.databases.audit.manager.find(AuditEntry, { order: { at: "ASC", id: "ASC" } });
  return rows
    .map(({ entry }) => JSON.parse(entry.toString()) as LoggedEntry)
    .filter((entry) => entry.kind === kind);
}

/** Resolves once the use of a session, which is not in the request's way, is written. */
export async function useIsNoted({ fieldward, clock }: TestGateway): Promise<void> {
  const lastSeenAt = MoreThanOrEqual(new Date(clock.nowMs));
  while (!(await fieldward.databases.data.reader.manager.existsBy(Session, { lastSeenAt })))
    await setImmediate();
}

export const codesOf = ({ errors }: Answer): unknown[] =>
  (errors ?? []).map(({ extensions }) => extensions["code"]);
