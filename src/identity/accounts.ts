import { IsNull, MoreThan, type EntityManager } from "typeorm";
import { hmac } from "../crypto/derive";
import type { RandomBytes } from "../crypto/random";
import type { DataStore } from "../database/databases";
import { forUpdate } from "../database/subject-lock";
import { FieldwardError } from "../domain/errors";
import { Staff } from "../domain/staff";
import { newOneTimeCode, readOneTimeCode } from "./one-time-code";
import type { PasswordRules } from "./password-rules";
import type { Passwords } from "./passwords";
import type { Actor, RecordAccountChange, SecondFactor } from "./second-factor";
import type { Sessions } from "./sessions";
import { accountNamed, accountOfSession, type SignInThrottle } from "./sign-in-throttle";
import type { SignInPolicyNow } from "./sign-in-policy";

/** What accounts are kept with. */
export interface AccountsParts {
  readonly data: DataStore;
  readonly passwords: Passwords;
  readonly passwordRules: PasswordRules;
  readonly secondFactor: SecondFactor;
  readonly sessions: Sessions;
  readonly throttle: SignInThrottle;
  readonly policy: SignInPolicyNow;
  /** 32 bytes, for the hashes of activation codes. */
  readonly activationKey: Uint8Array;
  readonly random: RandomBytes;
  readonly newId: () => string;
  readonly clock: () => number;
}

/** A person who is to sign in. */
export interface NewStaff {
  readonly email: string;
  readonly name: string;
  readonly role: string;
  /** Null: there is none until the person sets one, with an activation code. */
  readonly password: string | null;
  readonly trainedUntil: Date | null;
}

/** A code with which a person sets a password, once. */
export interface Activation {
  readonly code: string;
  readonly until: Date;
}

const HOUR_MS = 60 * 60 * 1_000;
const NO_PASSWORD = "none";
/** A code that was given out before ends with whatever sets a password. */
const NO_ACTIVATION = { activationHash: null, activationUntil: null };
const unrecorded: RecordAccountChange = () => Promise.resolve();

/** The accounts of staff: who there is, and what each signs in with. */
export class Accounts {
  constructor(private readonly parts: AccountsParts) {}

  /** @throws FieldwardError BAD_USER_INPUT (the password), CONFLICT (the address is taken) */
  async addStaff(staff: NewStaff, record: RecordAccountChange = unrecorded): Promise<string> {
    const passwordHash = staff.password === null ? NO_PASSWORD : await this.#hashed(staff.password, staff);
    const row = new Staff();
    row.id = this.parts.newId();
    row.email = staff.email;
    row.name = staff.name;
    row.role = staff.role;
    row.passwordHash = passwordHash;
    row.trainedUntil = staff.trainedUntil;
    row.disabled = false;
    row.createdAt = new Date(this.parts.clock());
    await this.parts.data.write(async (manager) => {
      await manager.insert(Staff, row);
      await record(row.id);
    });
    return row.id;
  }

  /** Lets a person set a password with a code that is shown once and ends soon. What was issued before ends with it. */
  async activate(id: string): Promise<Activation> {
    const code = newOneTimeCode(this.parts.random);
    const { activationHours } = this.parts.policy().passwords;
    const until = new Date(this.parts.clock() + activationHours * HOUR_MS);
    await this.#change(id, unrecorded, (row) => {
      row.activationHash = this.#activationHash(code);
      row.activationUntil = until;
    });
    return { code, until };
  }

  /**
   * Sets a password with an activation code, which is used up. The second factor stays as it is.
   *
   * @throws FieldwardError UNAUTHENTICATED (the code), BAD_USER_INPUT (the password), RATE_LIMITED
   */
  async setPassword(
    code: string,
    next: string,
    ip: string | null,
    record: RecordAccountChange,
  ): Promise<void> {
    const activationHash = this.#activationHash(code);
    const attempt = await this.parts.throttle.begin({ account: `activation/${activationHash}`, ip });
    const activationUntil = MoreThan(new Date(this.parts.clock()));
    const good = { activationHash, activationUntil, disabled: false, frozenAt: IsNull() };
    const row = await this.parts.data.reader.manager.findOneBy(Staff, good);
    if (row === null) {
      await attempt.failed();
      throw wrongActivation();
    }
    await attempt.succeeded();
    // An administrator has seen the code. @see OWASP ASVS 5.0 6.4.1
    if (readOneTimeCode(next) === readOneTimeCode(code))
      throw new FieldwardError("BAD_USER_INPUT", "Choose a password of your own: the code is good once.");
    const passwordHash = await this.#hashed(next, row);
    await this.parts.data.write(async (manager) => {
      const spent = { passwordHash, ...NO_ACTIVATION };
      const { affected } = await manager.update(Staff, { id: row.id, activationHash }, spent);
      if (affected !== 1) throw wrongActivation();
      await this.parts.sessions.endWithin(manager, row.id);
      await record(row.id);
    });
  }

  /**
   * Changes one's own password and ends all sessions, this one too.
   *
   * @throws FieldwardError BAD_USER_INPUT, RATE_LIMITED
   */
  async changePassword(
    actor: Actor,
    given: { readonly current: string; readonly next: string; readonly code: string | null },
    record: RecordAccountChange,
  ): Promise<void> {
    const { passwords, passwordRules, secondFactor, data, sessions } = this.parts;
    const staff = await secondFactor.staff(actor.staffId);
    await passwordRules.check(given.next, staff);
    await this.#prove(staff, given.current, actor.ip);
    await secondFactor.requireCode(staff, given.code, actor.ip);
    const passwordHash = await passwords.hash(given.next);
    await data.write(async (manager) => {
      // Where it was changed or taken away meanwhile, that counts and not this.
      const mine = { id: staff.id, passwordHash: staff.passwordHash };
      const { affected } = await manager.update(Staff, mine, { passwordHash, ...NO_ACTIVATION });
      if (affected !== 1) throw new FieldwardError("CONFLICT", "The password was changed meanwhile.");
      await sessions.endWithin(manager, staff.id);
      await record(staff.id);
    });
  }

  /**
   * Asks for one's own password again, before what one signs in with is changed. @see OWASP ASVS 5.0 7.5.1
   *
   * @throws FieldwardError BAD_USER_INPUT where it is another one, RATE_LIMITED
   */
  async provePassword({ staffId, ip }: Actor, password: string): Promise<void> {
    await this.#prove(await this.parts.secondFactor.staff(staffId), password, ip);
  }

  /** Sets another password, or none at all, and ends all sessions and any lock-out. @throws FieldwardError NOT_FOUND, BAD_USER_INPUT */
  async resetPassword(id: string, password: string | null, record: RecordAccountChange): Promise<void> {
    const staff = await this.parts.secondFactor.staff(id);
    const passwordHash = password === null ? NO_PASSWORD : await this.#hashed(password, staff);
    await this.#change(id, record, async (row, manager) => {
      Object.assign(row, { passwordHash, ...NO_ACTIVATION });
      await this.parts.sessions.endWithin(manager, id);
    });
    await this.unlock(id);
  }

  /** Takes the second factor away: the person must enrol another one. @throws FieldwardError NOT_FOUND */
  async resetSecondFactor(id: string, record: RecordAccountChange): Promise<void> {
    await this.parts.data.write(async (manager) => {
      await this.parts.secondFactor.remove(manager, id);
      await record(id);
    });
  }

  /** Keeps a person out from now on. @throws FieldwardError NOT_FOUND */
  async disable(id: string, record: RecordAccountChange): Promise<void> {
    await this.#change(id, record, async (row, manager) => {
      row.disabled = true;
      await this.parts.sessions.endWithin(manager, id);
    });
  }

  /** Lets a person in again who was disabled or frozen. @throws FieldwardError NOT_FOUND */
  async enable(id: string, record: RecordAccountChange): Promise<void> {
    await this.#change(id, record, (row) => {
      row.disabled = false;
      row.frozenAt = null;
    });
  }

  /** Notes until when a person's training counts. @throws FieldwardError NOT_FOUND */
  async train(id: string, until: Date, record: RecordAccountChange): Promise<void> {
    await this.#change(id, record, (row) => {
      row.trainedUntil = until;
    });
  }

  /** Ends all sessions of a person. @throws FieldwardError NOT_FOUND */
  async signOut(id: string, record: RecordAccountChange): Promise<void> {
    await this.#change(id, record, (_row, manager) => this.parts.sessions.endWithin(manager, id));
  }

  /** Ends a person's lock-out. @throws FieldwardError NOT_FOUND */
  async unlock(id: string): Promise<void> {
    const { email } = await this.parts.secondFactor.staff(id);
    await this.parts.throttle.forget(accountNamed(email ?? id));
    await this.parts.throttle.forget(accountOfSession(id));
  }

  /** A wrong password is counted, by person and apart from sign-ins; the right one for nothing, so that it cannot be used to try codes for ever. */
  async #prove(staff: Staff, password: string, ip: string | null): Promise<void> {
    const { throttle, passwords } = this.parts;
    const attempt = await throttle.begin({ account: accountOfSession(staff.id), ip });
    const right = await passwords.check(password, staff.passwordHash).catch(async (error: unknown) => {
      await attempt.takenBack();
      throw error;
    });
    if (right) return attempt.takenBack();
    await attempt.failed();
    throw new FieldwardError("BAD_USER_INPUT", "The current password is another one.");
  }

  async #hashed(password: string, owner: { readonly email: string | null; readonly name: string | null }) {
    await this.parts.passwordRules.check(password, owner);
    return this.parts.passwords.hash(password);
  }

  #activationHash(code: string): string {
    return hmac(this.parts.activationKey, readOneTimeCode(code) ?? "").toString("hex");
  }

  async #change(
    id: string,
    record: RecordAccountChange,
    change: (row: Staff, manager: EntityManager) => void | Promise<void>,
  ): Promise<void> {
    await this.parts.data.write(async (manager) => {
      const row = await manager.findOne(Staff, { where: { id }, ...forUpdate(manager) });
      if (row === null)
        throw new FieldwardError("NOT_FOUND", 'There is no such user: "fieldward user list".');
      await change(row, manager);
      await manager.save(row);
      await record(id);
    });
  }
}

function wrongActivation(): FieldwardError {
  return new FieldwardError(
    "UNAUTHENTICATED",
    "The code is wrong or was used, or is too old: ask for another.",
  );
}
