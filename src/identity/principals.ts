import { IsNull, MoreThan, Not } from "typeorm";
import type { DataStore } from "../database/databases";
import { ApiToken } from "../domain/api-token";
import { NOBODY, type Principal } from "../domain/principal";
import { Session } from "../domain/session";
import { Staff } from "../domain/staff";
import { isEnrolmentOverdue, type EnrolmentPolicy } from "./enrolment";

/** Somebody who is stored, as they would be if they signed in now. */
export interface StoredPrincipal {
  readonly principal: Principal;
  /** Neither disabled, frozen nor revoked, nor a token that is over. */
  readonly maySignIn: boolean;
}

/** What is looked at of a member of staff: nothing that is sealed. */
const OF_STAFF = {
  id: true,
  role: true,
  trainedUntil: true,
  disabled: true,
  frozenAt: true,
  totpSince: true,
  externalId: true,
  createdAt: true,
} as const;

const OF_TOKEN = {
  id: true,
  tenantId: true,
  scopes: true,
  purposes: true,
  expiresAt: true,
  revokedAt: true,
  frozenAt: true,
} as const;

/** Finds who a stored id is, as it would be if it signed in now. Nothing personal is read. */
export class Principals {
  constructor(private readonly data: Pick<DataStore, "reader">) {}

  /** A staff member or a partner's token; null: there is neither. */
  async byId(id: string, policy: EnrolmentPolicy, nowMs: number): Promise<StoredPrincipal | null> {
    return (await this.#staff(id, policy, nowMs)) ?? (await this.#token(id, nowMs));
  }

  async #staff(id: string, policy: EnrolmentPolicy, nowMs: number): Promise<StoredPrincipal | null> {
    const row = await this.data.reader.manager.findOne(Staff, { where: { id }, select: OF_STAFF });
    if (row === null) return null;
    const { role, trainedUntil, disabled, frozenAt } = row;
    const principal: Principal = { ...NOBODY, id, kind: "STAFF", role, trainedUntil };
    const mustEnrol = isEnrolmentDue(row, policy, nowMs) && !(await this.#isVouchedFor(id, nowMs));
    return {
      principal: mustEnrol ? { ...principal, mustEnrol } : principal,
      maySignIn: !disabled && frozenAt === null,
    };
  }

  async #token(id: string, nowMs: number): Promise<StoredPrincipal | null> {
    const row = await this.data.reader.manager.findOne(ApiToken, { where: { id }, select: OF_TOKEN });
    if (row === null) return null;
    const { tenantId, scopes, purposes, expiresAt, revokedAt, frozenAt } = row;
    return {
      principal: { ...NOBODY, id, kind: "PARTNER", tenantId, scopes, purposes },
      maySignIn: revokedAt === null && frozenAt === null && nowMs < expiresAt.getTime(),
    };
  }

  /** Whether a session goes on that stands for two factors though there is none: the operator vouched for whoever got it. */
  #isVouchedFor(staffId: string, nowMs: number): Promise<boolean> {
    const live = { endedAt: IsNull(), expiresAt: MoreThan(new Date(nowMs)) };
    return this.data.reader.manager.existsBy(Session, { staffId, ...live, secondFactorAt: Not(IsNull()) });
  }
}

/** Whether a session of somebody could only set up a second factor. Whoever comes by the identity provider has it there. */
function isEnrolmentDue(
  { role, totpSince, externalId, createdAt }: Staff,
  policy: EnrolmentPolicy,
  nowMs: number,
): boolean {
  if (totpSince !== null || externalId !== null) return false;
  return isEnrolmentOverdue({ role, createdAtMs: createdAt.getTime() }, policy, nowMs);
}
