import { IsNull, type EntityManager, type FindOptionsWhere } from "typeorm";
import type { AccessEntry } from "../audit/access-entry";
import type { AccessLog } from "../audit/access-log";
import { deriveKey, hmac } from "../crypto/derive";
import type { DataStore } from "../database/databases";
import { asDatabaseError } from "../database/faults";
import { forUpdate } from "../database/subject-lock";
import { Level } from "../domain/category";
import { FieldwardError } from "../domain/errors";
import { OPERATOR } from "../domain/principal";
import { Session } from "../domain/session";
import { Staff } from "../domain/staff";
import type { StaffIndex } from "./credential-store";

/** What the directory of staff works with. */
export interface DirectoryParts {
  readonly data: DataStore;
  readonly accessLog: AccessLog;
  /** How a member of staff is found by e-mail address. Throws where it is none. */
  readonly findEmail: (email: string) => Promise<StaffIndex>;
  /** What stands in `staff.external_id` for the provider's name of a person. */
  readonly hashExternalId: (externalId: string) => string;
  /** The role of the first of these names that is one; undefined: none is. */
  readonly roleOf: (names: readonly string[]) => string | undefined;
  /** Makes this process ask again who may do what. */
  readonly forget: () => void;
  readonly newId: () => string;
  readonly clock: () => number;
}

/** The request that a change belongs to, for the access log. */
export interface DirectoryRequest {
  readonly id: string;
  readonly ip: string | null;
}

/** A member of staff, as the company's directory knows one. */
export interface Person {
  readonly id: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly role: string;
  readonly active: boolean;
  readonly createdAt: Date;
}

/** What the company's directory says of a person; what is left out stays. */
export interface PersonFacts {
  readonly email?: string;
  readonly name?: string | null;
  /** Names of roles, ours or the provider's. */
  readonly roles?: readonly string[];
  readonly externalId?: string;
  readonly active?: boolean;
}

/** Whom to list: one of them, or everybody. */
export type PersonFilter = { readonly email: string } | { readonly externalId: string } | null;

/** A name of one line. */
export const PERSON_NAME = /^(?=.*\S)\P{Cc}{1,200}$/u;

/** Stands where a password hash would: whoever has it signs in by the identity provider only. */
export const NO_PASSWORD = "none";

/** A person's name at an identity provider as it is stored: keyed, so that the table names nobody. 64 hex digits. */
export function externalIdHash(root: Uint8Array, issuer: string): (subject: string) => string {
  const key = deriveKey(root, "fieldward/staff/external-id");
  return (subject) => hmac(key, JSON.stringify([issuer, subject])).toString("hex");
}

/** A change of an account by a machine of the company, for the access log. */
export function accountsEntry(
  by: string,
  operationName: string,
  about: string,
  request: DirectoryRequest,
): AccessEntry {
  const nothing = { purpose: null, operationHash: null, reads: [], denials: [] };
  const principal = { ...OPERATOR, id: by };
  const { id: requestId, ip } = request;
  return { ...nothing, kind: "ACCOUNTS", requestId, principal, operationName, ip, about, outcome: "ok" };
}

const BY = "scim";

function blank(id: string, createdAt: Date): Staff {
  const row = new Staff();
  const empty = { email: null, name: null, totpSecret: null, totpSince: null, totpStep: null };
  Object.assign(row, { ...empty, id, createdAt, passwordHash: NO_PASSWORD, trainedUntil: null });
  Object.assign(row, { disabled: false, externalId: null, frozenAt: null });
  return row;
}

/** Keeps the staff as the company's own directory has it: who is there, who is gone. Every change is on the access log. */
export class Directory {
  constructor(private readonly parts: DirectoryParts) {}

  /** A page of the staff, in the order of their ids, and how many there are. What is handed out is on the access log. */
  async page(
    filter: PersonFilter,
    { skip, take }: { readonly skip: number; readonly take: number },
    request: DirectoryRequest,
  ): Promise<{ readonly total: number; readonly people: readonly Person[] }> {
    const where = await this.#where(filter);
    if (where === undefined) return { total: 0, people: [] };
    const { manager } = this.parts.data.reader;
    try {
      const total = await manager.count(Staff, { where });
      const rows = take === 0 ? [] : await manager.find(Staff, { where, order: { id: "ASC" }, skip, take });
      return { total, people: await this.#handedOut(rows, request) };
    } catch (error) {
      throw asDatabaseError(error);
    }
  }

  /** @throws FieldwardError NOT_FOUND */
  async byId(id: string, request: DirectoryRequest): Promise<Person> {
    const row = await this.parts.data.reader.manager.findOneBy(Staff, { id }).catch((error: unknown) => {
      throw asDatabaseError(error);
    });
    const [person] = await this.#handedOut(row === null ? [] : [row], request);
    if (person === undefined) throw new FieldwardError("NOT_FOUND");
    return person;
  }

  /** @throws FieldwardError CONFLICT (address or external id known already), BAD_USER_INPUT */
  async add(facts: PersonFacts & { readonly email: string }, request: DirectoryRequest): Promise<Person> {
    const row = blank(this.parts.newId(), new Date(this.parts.clock()));
    this.#apply(row, { roles: [], ...facts });
    await this.parts.data.write(async (manager) => {
      await manager.insert(Staff, row);
      await this.parts.accessLog.append(accountsEntry(BY, "scim create", row.id, request));
    });
    return personOf(row);
  }

  /**
   * Changes a person. A deactivation is only that, so that nothing else it says can stop it; it ends all sessions.
   *
   * @throws FieldwardError NOT_FOUND, CONFLICT, BAD_USER_INPUT
   */
  async change(id: string, facts: PersonFacts, request: DirectoryRequest): Promise<Person> {
    const person = await this.parts.data.write(async (manager) => {
      const row = await manager.findOne(Staff, { where: { id }, ...forUpdate(manager) });
      if (row === null) throw new FieldwardError("NOT_FOUND");
      const { disabled, email } = row;
      if (this.#apply(row, facts.active === false ? { active: false } : facts)) {
        await manager.save(row);
        // Another address is another way to sign in: who is in by the old one comes in again.
        if (row.disabled || row.email !== email) await this.#endSessions(manager, id);
        await this.parts.accessLog.append(accountsEntry(BY, changeOf(disabled, row), id, request));
      }
      return personOf(row);
    });
    this.parts.forget();
    return person;
  }

  /** Sets what is given and differs. Answers whether anything did. */
  #apply(row: Staff, facts: PersonFacts): boolean {
    const { email = row.email, name = row.name, roles, externalId, active = !row.disabled } = facts;
    if (name !== null && !PERSON_NAME.test(name)) {
      throw new FieldwardError("BAD_USER_INPUT", "A name is one line of at most 200 characters.");
    }
    const role = roles === undefined ? row.role : this.#role(roles);
    const external = this.#externalId(row, externalId);
    const wanted = { email, name, role, externalId: external, disabled: !active };
    const differing = Object.entries(wanted).filter(
      ([property, value]) => Reflect.get(row, property) !== value,
    );
    Object.assign(row, Object.fromEntries(differing));
    return differing.length > 0;
  }

  #role(names: readonly string[]): string {
    const role = this.parts.roleOf(names);
    if (role !== undefined) return role;
    throw new FieldwardError("BAD_USER_INPUT", "`roles` must name a role of the policy.");
  }

  /** Who is bound to a person of the provider stays so: a token of one who was deactivated would find nobody, and make anew. */
  #externalId({ externalId: known }: Staff, given: string | undefined): string | null {
    if (given === undefined) return known;
    const hashed = this.parts.hashExternalId(given);
    if (known === null || known === hashed) return hashed;
    throw new FieldwardError("BAD_USER_INPUT", "`externalId` cannot be changed once it is set.");
  }

  async #endSessions(manager: EntityManager, staffId: string): Promise<void> {
    const endedAt = new Date(this.parts.clock());
    await manager.update(Session, { staffId, endedAt: IsNull() }, { endedAt });
  }

  async #where(filter: PersonFilter): Promise<FindOptionsWhere<Staff> | undefined> {
    if (filter === null) return {};
    if ("externalId" in filter) return { externalId: this.parts.hashExternalId(filter.externalId) };
    try {
      const { property, index } = await this.parts.findEmail(filter.email);
      return { [property]: index };
    } catch (error) {
      // What is no address is nobody's.
      if (error instanceof FieldwardError && error.code === "BAD_USER_INPUT") return undefined;
      throw error;
    }
  }

  async #handedOut(rows: readonly Staff[], { id: requestId, ip }: DirectoryRequest): Promise<Person[]> {
    if (rows.length === 0) return [];
    const fields = new Map([
      ["email", Level.CLEAR],
      ["name", Level.CLEAR],
    ]);
    const reads = [{ type: "Staff", fields, subjects: new Map(rows.map(({ id }) => [id, 1])) }];
    const nothing = { purpose: null, operationHash: null, denials: [] };
    const principal = { ...OPERATOR, id: BY };
    const operationName = "scim read";
    await this.parts.accessLog.append({
      ...nothing,
      kind: "READ",
      requestId,
      principal,
      operationName,
      reads,
      ip,
    });
    return rows.map(personOf);
  }
}

function changeOf(wasDisabled: boolean, { disabled }: Staff): string {
  if (wasDisabled === disabled) return "scim change";
  return disabled ? "scim deactivate" : "scim activate";
}

function personOf({ id, email, name, role, disabled, createdAt }: Staff): Person {
  return { id, email, name, role, active: !disabled, createdAt };
}
