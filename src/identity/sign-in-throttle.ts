import { LessThan, MoreThan, type EntityManager } from "typeorm";
import { hmac } from "../crypto/derive";
import type { DataStore } from "../database/databases";
import { isDeadlock } from "../database/faults";
import { FieldwardError } from "../domain/errors";
import { normaliseEmail } from "../domain/normalise";
import { SignInThrottle as Row } from "../domain/sign-in";
import { networkOf } from "./network";
import type { LockOutPolicy, SignInPolicy } from "./sign-in-policy";

export interface SignInThrottleParts {
  readonly data: DataStore;
  /** 32 bytes: the table names neither accounts nor addresses. */
  readonly key: Uint8Array;
  readonly policy: () => SignInPolicy["lockOut"];
  readonly clock: () => number;
}

/** Who is tried, and from where. */
export interface Attempted {
  /** What is signed in to, in its one form: the same for every way of writing it. */
  readonly account: string;
  readonly ip: string | null;
}

/** An attempt that is under way. It counts as a failure of the account until it is said what came of it. */
export interface Attempt {
  /** It failed: it counts against the address as well. */
  failed(): Promise<void>;
  /** It succeeded: the account starts afresh. */
  succeeded(): Promise<void>;
  /** It was neither: it counts for nothing. */
  takenBack(): Promise<void>;
}

const FORGOTTEN_MS = 24 * 60 * 60 * 1_000;
const SWEEP_MS = 60 * 60 * 1_000;
const ID_DIGITS = 32;
const MOST_TRIES = 5;
const LONGEST_NAME = 320;

/** The account that a sign-in names, in one form for every way of writing it. */
export function accountNamed(email: string): string {
  try {
    return `email/${normaliseEmail(email)}`;
  } catch {
    // No address, so nobody's; it counts like any other. A long one is cut: what it is does not matter.
    return `email/${email.slice(0, LONGEST_NAME).trim().toLowerCase()}`;
  }
}

/**
 * The account of what is tried by somebody who is signed in. It is counted apart: strangers who fail to sign in under the
 * person's address must not keep the person from changing the password.
 */
export function accountOfSession(staffId: string): string {
  return `session/${staffId}`;
}

/** How many failures there are with this one: after a day without any they are forgotten. */
const NEXT = "(CASE WHEN last_failed_at <= :forgotten THEN 1 ELSE failures + 1 END)";
/** Until when it is blocked then. MySQL and SQLite alike know `<<`; neither knows the other's way to say "the lesser". */
const BLOCK = `CASE WHEN ${NEXT} < :limit THEN 0 WHEN ${NEXT} >= :capped THEN :now + :longest ELSE :now + (:first << (${NEXT} - :limit)) END`;

/** The sum for one kind of counter. */
function sums({ failures, firstSeconds, longestSeconds }: LockOutPolicy, now: number) {
  const doublings = Math.ceil(Math.log2(longestSeconds / firstSeconds));
  return {
    now,
    forgotten: now - FORGOTTEN_MS,
    limit: failures,
    capped: failures + doublings,
    first: firstSeconds * 1_000,
    longest: longestSeconds * 1_000,
  };
}

/**
 * Counts failed sign-ins by account and by address, for all replicas alike, and blocks what has too many.
 *
 * An attempt on an account is counted *before* it is made, by one conditional UPDATE: however many come at once, at however
 * many replicas, no more are tried than the policy allows. Known and unknown accounts count alike. An address is counted
 * when an attempt from it has failed, since a whole office may sign in from one. @see OWASP ASVS 5.0 6.3.1
 */
export class SignInThrottle {
  #sweptMs = 0;

  constructor(private readonly parts: SignInThrottleParts) {}

  /** @throws FieldwardError RATE_LIMITED where the account or the address is blocked */
  async begin({ account, ip }: Attempted): Promise<Attempt> {
    const { policy } = this.parts;
    const accountId = this.#id("account", account);
    const addressId = ip === null ? undefined : this.#id("address", networkOf(ip));
    await this.#refuseBlocked(addressId);
    // Looked at before it is counted, so that whoever goes on while blocked costs no write.
    await this.#refuseBlocked(accountId);
    if (!(await this.#count(accountId, policy().account))) throw await this.#refusal(accountId);
    return {
      failed: async () => {
        if (addressId !== undefined) await this.#count(addressId, policy().address);
        await this.#sweep();
      },
      succeeded: () => this.#forget(accountId),
      takenBack: () => this.#takeBack(accountId),
    };
  }

  /** Lets an account be tried again at once. */
  forget(account: string): Promise<void> {
    return this.#forget(this.#id("account", account));
  }

  #id(kind: "account" | "address", name: string): string {
    return hmac(this.parts.key, `${kind}/${name}`).toString("hex").slice(0, ID_DIGITS);
  }

  async #refuseBlocked(id: string | undefined): Promise<void> {
    if (id === undefined) return;
    const blockedUntil = MoreThan(new Date(this.parts.clock()));
    const row = await this.parts.data.reader.manager.findOneBy(Row, { id, blockedUntil });
    if (row !== null) throw refusal(row.blockedUntil.getTime() - this.parts.clock());
  }

  async #refusal(id: string): Promise<FieldwardError> {
    const row = await this.parts.data.reader.manager.findOneBy(Row, { id });
    return refusal((row?.blockedUntil.getTime() ?? 0) - this.parts.clock());
  }

  /** Counts one more, unless it is blocked. Answers whether it did. */
  async #count(id: string, policy: LockOutPolicy): Promise<boolean> {
    // Again where others came in between: the row was made, or was forgotten, just then.
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      if (await this.#raise(id, policy)) return true;
      const row = await this.parts.data.reader.manager.findOneBy(Row, { id });
      if (row !== null && row.blockedUntil.getTime() > this.parts.clock()) return false;
      if (row === null && (await this.#insert(id, policy))) return true;
    }
    return false;
  }

  async #insert(id: string, policy: LockOutPolicy): Promise<boolean> {
    const nowMs = this.parts.clock();
    const row = new Row();
    row.id = id;
    row.failures = 1;
    row.lastFailedAt = new Date(nowMs);
    row.blockedUntil = new Date(policy.failures <= 1 ? nowMs + policy.firstSeconds * 1_000 : 0);
    try {
      await this.#write((manager) => manager.insert(Row, row));
      return true;
    } catch (error) {
      if (!(error instanceof FieldwardError && error.code === "CONFLICT")) throw error;
      return false;
    }
  }

  async #raise(id: string, policy: LockOutPolicy): Promise<boolean> {
    const { affected } = await this.#write((manager) =>
      manager
        .createQueryBuilder()
        .update(Row)
        // In this order: MySQL computes each from what those before it have set.
        .set({ blockedUntil: () => BLOCK, failures: () => NEXT, lastFailedAt: () => ":now" })
        .where("id = :id AND blocked_until <= :now")
        .setParameters({ id, ...sums(policy, this.parts.clock()) })
        .execute(),
    );
    return affected === 1;
  }

  async #takeBack(id: string): Promise<void> {
    await this.#write((manager) =>
      manager
        .createQueryBuilder()
        .update(Row)
        .set({ failures: () => "failures - 1", blockedUntil: () => "0" })
        .where("id = :id AND failures > 0", { id })
        .execute(),
    );
  }

  async #forget(id: string): Promise<void> {
    await this.#write((manager) => manager.delete(Row, { id }));
  }

  /** Again where others were at the same row: on MariaDB one of two that wait for each other is turned back. */
  async #write<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.parts.data.write(work);
      } catch (error) {
        if (!isDeadlock(error) || tries === MOST_TRIES) throw error;
      }
    }
  }

  /** Now and then: what is over is nobody's business. */
  async #sweep(): Promise<void> {
    const nowMs = this.parts.clock();
    if (nowMs - this.#sweptMs < SWEEP_MS) return;
    this.#sweptMs = nowMs;
    const over = LessThan(new Date(nowMs - FORGOTTEN_MS));
    await this.#write((manager) => manager.delete(Row, { lastFailedAt: over }));
  }
}

function refusal(leftMs: number): FieldwardError {
  const seconds = Math.max(1, Math.ceil(leftMs / 1_000));
  return new FieldwardError("RATE_LIMITED", `Too many attempts failed: try again in ${String(seconds)} s.`);
}
