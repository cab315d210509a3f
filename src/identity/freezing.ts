import { IsNull, Not, type EntityManager } from "typeorm";
import type { DataStore } from "../database/databases";
import { Alert } from "../domain/alert";
import { ApiToken } from "../domain/api-token";
import { FieldwardError } from "../domain/errors";
import type { Principal } from "../domain/principal";
import { Session } from "../domain/session";
import { Staff } from "../domain/staff";
import type { RecordChange } from "./api-tokens";

/** What freezing is done with. */
export interface FreezingParts {
  readonly data: DataStore;
  readonly newId: () => string;
  readonly clock: () => number;
}

/** Why a principal is frozen, and by whom. */
export interface FreezeOrder {
  readonly id: string;
  readonly reason: string;
  readonly by: Pick<Principal, "id">;
}

const LONGEST_REASON = 1_000;

/**
 * Stops a principal in an incident, at once and until somebody has looked: a token, with its access tokens, or a member of
 * staff, whose sessions end. It raises an alert that holds the reason, sealed: somebody must decide what comes of it.
 */
export class Freezing {
  constructor(private readonly parts: FreezingParts) {}

  /**
   * Freezes a token or a member of staff; one that is frozen already stays so since when it was.
   *
   * @throws FieldwardError NOT_FOUND, BAD_USER_INPUT (no reason, or oneself: that locks out whoever could undo it)
   */
  async freeze({ id, reason, by }: FreezeOrder, record: RecordChange): Promise<void> {
    if (by.id === id) throw new FieldwardError("BAD_USER_INPUT", "Nobody can freeze themselves.");
    const why = reason.trim();
    if (why === "" || why.length > LONGEST_REASON)
      throw new FieldwardError("BAD_USER_INPUT", `reason has 1 to ${String(LONGEST_REASON)} characters.`);
    const frozenAt = new Date(this.parts.clock());
    await this.parts.data.write(async (manager) => {
      if (!(await isPrincipal(manager, id))) throw new FieldwardError("NOT_FOUND");
      if (!(await this.#set(manager, id, frozenAt))) return;
      await manager.insert(Alert, this.#alert({ id, reason: why, by }, frozenAt));
      await record(id);
    });
  }

  /** Lets a token be used again. @throws FieldwardError NOT_FOUND where there is none that is frozen */
  async unfreezeToken(id: string, record: RecordChange): Promise<void> {
    await this.parts.data.write(async (manager) => {
      const frozen = { id, frozenAt: Not(IsNull()) };
      const { affected } = await manager.update(ApiToken, frozen, { frozenAt: null });
      if (affected === 0) throw new FieldwardError("NOT_FOUND", "There is no such token that is frozen.");
      await record(id);
    });
  }

  async #set(manager: EntityManager, id: string, frozenAt: Date): Promise<boolean> {
    const free = { id, frozenAt: IsNull() };
    const tokens = await manager.update(ApiToken, free, { frozenAt });
    const staff = await manager.update(Staff, free, { frozenAt });
    await manager.update(Session, { staffId: id, endedAt: IsNull() }, { endedAt: frozenAt });
    return (tokens.affected ?? 0) + (staff.affected ?? 0) > 0;
  }

  #alert({ id, reason, by }: FreezeOrder, at: Date): Alert {
    const alertId = this.parts.newId();
    return Object.assign(new Alert(), {
      id: alertId,
      at,
      detector: "freeze",
      severity: "high",
      actorId: id,
      summary: "A principal was frozen. Find out what happened, then unfreeze, revoke or disable it.",
      evidence: [`frozenBy=${by.id}`],
      // Each freezing is an occasion of its own.
      dedupe: `freeze:${alertId}`,
      acknowledgedBy: null,
      acknowledgedAt: null,
      reason,
    });
  }
}

async function isPrincipal(manager: EntityManager, id: string): Promise<boolean> {
  return (await manager.existsBy(ApiToken, { id })) || (await manager.existsBy(Staff, { id }));
}
