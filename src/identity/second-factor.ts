import { LessThan, type EntityManager } from "typeorm";
import type { RandomBytes } from "../crypto/random";
import type { DataStore } from "../database/databases";
import { forUpdate } from "../database/subject-lock";
import { FieldwardError } from "../domain/errors";
import { Staff } from "../domain/staff";
import type { RecoveryCodes } from "./recovery-codes";
import type { Sessions } from "./sessions";
import { accountNamed, accountOfSession, type Attempted, type SignInThrottle } from "./sign-in-throttle";
import { newTotpSecret, stepOfCode, totpEnrolment, type TotpEnrolment } from "./totp";

/** What second factors are kept with. */
export interface SecondFactorParts {
  readonly data: DataStore;
  readonly recoveryCodes: RecoveryCodes;
  readonly sessions: Sessions;
  readonly throttle: SignInThrottle;
  readonly random: RandomBytes;
  readonly clock: () => number;
}

/** Puts a change on the access log, in its transaction. */
export type RecordAccountChange = (staffId: string) => Promise<void>;

/** Who changes what they sign in with: a member of staff, from an address. */
export interface Actor {
  readonly staffId: string;
  readonly ip: string | null;
}

/**
 * The second factor of staff: six digits of an authenticator app (RFC 6238), or a recovery code in its stead.
 *
 * Each code counts once: what was accepted is written by an UPDATE that only one of two can win, wherever they come in.
 */
export class SecondFactor {
  constructor(private readonly parts: SecondFactorParts) {}

  /**
   * Whether a code is this person's, now and for the first time, given after the right password: both together let the
   * account start afresh. A wrong one counts as a failed sign-in.
   *
   * @throws FieldwardError RATE_LIMITED where there were too many
   */
  async prove(staff: Staff, code: string, ip: string | null): Promise<boolean> {
    const { right, attempt } = await this.#tried(staff, code, {
      account: accountNamed(staff.email ?? staff.id),
      ip,
    });
    if (right) await attempt.succeeded();
    return right;
  }

  /** A member of staff, to be asked for a code. */
  async staff(id: string): Promise<Staff> {
    const staff = await this.parts.data.reader.manager.findOneBy(Staff, { id });
    if (staff === null) throw new FieldwardError("NOT_FOUND");
    return staff;
  }

  /**
   * A new key, to be confirmed by a code of it; until then nothing changes. Where there is a second factor already, a code
   * of that is asked for.
   *
   * @throws FieldwardError BAD_USER_INPUT, RATE_LIMITED
   */
  async enrol(actor: Actor, currentCode: string | null, record: RecordAccountChange): Promise<TotpEnrolment> {
    const staff = await this.staff(actor.staffId);
    await this.requireCode(staff, currentCode, actor.ip);
    const secret = newTotpSecret(this.parts.random);
    await this.parts.data.write(async (manager) => {
      const row = await locked(manager, staff.id);
      row.pendingTotpSecret = secret;
      await manager.save(row);
      await record(staff.id);
    });
    return totpEnrolment(secret, staff.email ?? staff.id);
  }

  /**
   * Makes the new key count, ends all sessions, and answers recovery codes, shown once. The session that was used ends as well:
   * whoever else had its token would have one now that stands for two factors. @see OWASP ASVS 5.0 7.2.4
   *
   * @throws FieldwardError BAD_USER_INPUT, RATE_LIMITED
   */
  async confirm(actor: Actor, code: string, record: RecordAccountChange): Promise<readonly string[]> {
    const staff = await this.staff(actor.staffId);
    const pending = staff.pendingTotpSecret;
    if (pending === null) throw new FieldwardError("BAD_USER_INPUT", "Call enrolTotp first.");
    const account = accountOfSession(staff.id);
    const attempt = await this.parts.throttle.begin({ account, ip: actor.ip });
    const step = stepOfCode(pending, code, this.parts.clock());
    if (step === undefined) {
      await attempt.failed();
      throw wrongCode();
    }
    await attempt.takenBack();
    return this.parts.data.write(async (manager) => {
      const row = await locked(manager, staff.id);
      if (row.pendingTotpSecret !== pending) throw new FieldwardError("CONFLICT", "Call enrolTotp again.");
      const now = new Date(this.parts.clock());
      Object.assign(row, { totpSecret: pending, pendingTotpSecret: null, totpSince: now, totpStep: step });
      await manager.save(row);
      return this.#renew(manager, actor, record);
    });
  }

  /** New recovery codes in the place of the old ones, for a code. @throws FieldwardError BAD_USER_INPUT, RATE_LIMITED */
  async newRecoveryCodes(
    actor: Actor,
    code: string,
    record: RecordAccountChange,
  ): Promise<readonly string[]> {
    const staff = await this.staff(actor.staffId);
    if (staff.totpSince === null)
      throw new FieldwardError("BAD_USER_INPUT", "There is no second factor: call enrolTotp.");
    await this.requireCode(staff, code, actor.ip);
    return this.parts.data.write((manager) => this.#renew(manager, actor, record));
  }

  /** Asks for a code where there is a second factor. @throws FieldwardError BAD_USER_INPUT, RATE_LIMITED */
  async requireCode(staff: Staff, code: string | null, ip: string | null): Promise<void> {
    if (staff.totpSince === null) return;
    if (code === null)
      throw new FieldwardError("BAD_USER_INPUT", "Give a code of the second factor that you have.");
    const attempted = { account: accountOfSession(staff.id), ip };
    const { right, attempt } = await this.#tried(staff, code, attempted);
    if (!right) throw wrongCode();
    // A code alone lets nobody start afresh: whoever has the device could guess the password for ever.
    await attempt.takenBack();
  }

  /** Tries a code; where it is wrong, that is counted. */
  async #tried(staff: Staff, code: string, attempted: Attempted) {
    const attempt = await this.parts.throttle.begin(attempted);
    const right = await this.#accept(staff, code);
    if (!right) await attempt.failed();
    return { right, attempt };
  }

  async #renew(
    manager: EntityManager,
    { staffId }: Actor,
    record: RecordAccountChange,
  ): Promise<readonly string[]> {
    const codes = await this.parts.recoveryCodes.renew(manager, staffId);
    await this.parts.sessions.endWithin(manager, staffId);
    await record(staffId);
    return codes;
  }

  /** Takes the second factor away, with its recovery codes and all sessions. */
  async remove(manager: EntityManager, staffId: string): Promise<void> {
    const row = await locked(manager, staffId);
    Object.assign(row, { totpSecret: null, pendingTotpSecret: null, totpSince: null, totpStep: null });
    await manager.save(row);
    await this.parts.recoveryCodes.clear(manager, staffId);
    await this.parts.sessions.endWithin(manager, staffId);
  }

  async #accept(staff: Staff, code: string): Promise<boolean> {
    const { id, totpSecret, totpSince } = staff;
    if (totpSecret === null || totpSince === null) return false;
    const step = stepOfCode(totpSecret, code, this.parts.clock());
    if (step === undefined) return this.parts.recoveryCodes.use(id, code);
    const { affected } = await this.parts.data.write((manager) =>
      manager.update(Staff, { id, totpSince, totpStep: LessThan(step) }, { totpStep: step }),
    );
    return affected === 1;
  }
}

async function locked(manager: EntityManager, id: string): Promise<Staff> {
  const row = await manager.findOne(Staff, { where: { id }, ...forUpdate(manager) });
  if (row === null) throw new FieldwardError("NOT_FOUND");
  return row;
}

function wrongCode(): FieldwardError {
  return new FieldwardError("BAD_USER_INPUT", "This code is wrong, too late, or was used already.");
}
