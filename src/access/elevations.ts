import type { EntityManager, FindOptionsWhere } from "typeorm";
import type { SqlAuditStore } from "../audit/sql-audit-store";
import type { DataStore } from "../database/databases";
import type { Reader } from "../database/reader";
import { forUpdate } from "../database/subject-lock";
import { Customer } from "../domain/customer";
import { Elevation } from "../domain/elevation";
import { FieldwardError } from "../domain/errors";
import type { DeclaredPurpose, Principal } from "../domain/principal";
import type { Alerts } from "../monitoring/alerts";
import type { Standing } from "../policy/decide";
import type { Policy } from "../policy/policy";
import { ActiveElevations, type ActiveElevation } from "./active-elevations";
import { elevatedReads, type ElevatedRead } from "./elevated-reads";
import { checkedFinding, checkedWish, type ElevationWish } from "./elevation-input";
import { elevationState, inState, type ElevationState } from "./elevation-states";

export type { ActiveElevation } from "./active-elevations";

/** A step of an elevation, for the access log. */
export interface ElevationStep {
  readonly id: string;
  readonly customerId: string;
  readonly outcome: "requested" | "approved" | "ended" | "reviewed" | "self-approved";
  /** The personal fields that were written. */
  readonly fields: readonly string[];
}

/** Puts a step on the access log, inside its transaction: what cannot be logged is rolled back. */
export type RecordStep = (step: ElevationStep) => Promise<void>;

/** Who takes a step. */
export interface ElevationActor {
  readonly principal: Principal;
  readonly purpose: DeclaredPurpose | null;
  readonly standing: Pick<Standing, "canElevate" | "rights">;
}

export interface ElevationParts {
  readonly data: DataStore;
  readonly reader: Reader;
  readonly auditStore: Pick<SqlAuditStore, "entriesBy">;
  readonly alerts: Alerts;
  readonly policy: () => Pick<Policy, "purposes" | "limits">;
  readonly newId: () => string;
  readonly clock: () => number;
}

/** What a step looks at: nothing sealed. */
const OPEN = { id: true, principalId: true, customerId: true, minutes: true } as const;

const MOST_SHOWN = 500;
const MINUTE_MS = 60_000;

/**
 * Timed, approved rights of one member of staff to see a category of one customer in the clear: asked for, approved by
 * somebody else, over by itself, reviewed by somebody else. Each step compares what is there with what it takes, in one
 * UPDATE: of two that come at once, one takes it.
 */
export class Elevations {
  readonly #active: ActiveElevations;

  constructor(private readonly parts: ElevationParts) {
    this.#active = new ActiveElevations(parts.reader, parts.clock);
  }

  /**
   * What is in force for a principal now. Asked for every request, so that it is remembered for two seconds: so long, another
   * replica may not know yet of an approval or an end.
   */
  activeFor(principal: Principal): Promise<readonly ActiveElevation[]> {
    return this.#active.of(principal);
  }

  /** @throws FieldwardError BAD_USER_INPUT, PURPOSE_REQUIRED, FORBIDDEN, NOT_FOUND, ERASED, CONFLICT (one is open) */
  async request(wish: ElevationWish, actor: ElevationActor, record: RecordStep): Promise<string> {
    const { data, newId, clock, policy } = this.parts;
    const { principal, purpose, standing } = actor;
    if (principal.kind !== "STAFF" || !standing.canElevate.has(wish.category))
      throw new FieldwardError("FORBIDDEN", "Your role cannot be elevated in that category.");
    const checked = checkedWish(wish, purpose, policy());
    const { customerId, category, caseId, minutes, emergency } = checked;
    const now = clock();
    const row = Object.assign(new Elevation(), { customerId, category, caseId, minutes, emergency });
    Object.assign(row, { id: newId(), principalId: principal.id, requestedAt: new Date(now) });
    row.reason = checked.reason;
    if (emergency) Object.assign(row, approval(principal.id, now, minutes));
    await data.write(async (manager) => {
      if ((await lockedStatus(manager, customerId)) === "ERASED") throw new FieldwardError("ERASED");
      await this.#refuseSecond(manager, row, now);
      await manager.insert(Elevation, row);
      if (emergency) await this.#raiseAlert(manager, row);
      const outcome = emergency ? "self-approved" : "requested";
      await record({ id: row.id, customerId, outcome, fields: ["reason"] });
    });
    if (emergency) this.#active.forget(principal.id);
    return row.id;
  }

  /**
   * Approves a request: from now on it runs, no longer than policy allows now.
   *
   * @throws FieldwardError NOT_FOUND, FORBIDDEN (one's own), CONFLICT
   */
  async approve(id: string, by: Principal, record: RecordStep): Promise<void> {
    const { data, clock, policy } = this.parts;
    const { principalId } = await data.write(async (manager) => {
      const row = await oneOf(manager, id);
      if (row.principalId === by.id)
        throw new FieldwardError("FORBIDDEN", "Somebody else must approve what you asked for.");
      const now = clock();
      const where = { ...inState("REQUESTED", now, this.#answerWithin), id };
      const minutes = Math.min(row.minutes, policy().limits.elevation.longestMinutes);
      await change(manager, where, approval(by.id, now, minutes), "It does not wait for an answer.");
      await record({ id, customerId: row.customerId, outcome: "approved", fields: [] });
      return row;
    });
    this.#active.forget(principalId);
  }

  /** Ends it before its time. @throws FieldwardError NOT_FOUND, FORBIDDEN, CONFLICT (it is not in force) */
  async end(id: string, actor: ElevationActor, record: RecordStep): Promise<void> {
    const { data, clock } = this.parts;
    const { principalId } = await data.write(async (manager) => {
      const row = await oneOf(manager, id);
      const may = actor.standing.rights.has("approve-elevation") || row.principalId === actor.principal.id;
      if (!may) throw new FieldwardError("NOT_FOUND");
      const now = clock();
      const where = { ...inState("ACTIVE", now, this.#answerWithin), id };
      await change(manager, where, { expiresAt: new Date(now) }, "It is not in force.");
      await record({ id, customerId: row.customerId, outcome: "ended", fields: [] });
      return row;
    });
    this.#active.forget(principalId);
  }

  /**
   * Closes one that is over. Of a customer that has been shredded since, no finding is kept: there is no key for it.
   *
   * @throws FieldwardError BAD_USER_INPUT, NOT_FOUND, FORBIDDEN (one's own), CONFLICT (it is not over, or was reviewed)
   */
  async review(id: string, finding: string, by: Principal, record: RecordStep): Promise<void> {
    const text = checkedFinding(finding);
    const { data, clock } = this.parts;
    await data.write(async (manager) => {
      const { principalId, customerId } = await oneOf(manager, id);
      if (principalId === by.id) throw new FieldwardError("FORBIDDEN", "Somebody else must review it.");
      const status = await lockedStatus(manager, customerId);
      const now = clock();
      const where = { ...inState("EXPIRED", now, this.#answerWithin), id };
      const reviewed = { reviewedBy: by.id, reviewedAt: new Date(now) };
      await change(manager, where, reviewed, "It is reviewed once, when it is over.");
      if (status !== "ERASED") {
        const row = await manager.findOneByOrFail(Elevation, { id });
        row.finding = text;
        await manager.save(row);
      }
      await record({ id, customerId, outcome: "reviewed", fields: ["finding"] });
    });
  }

  /**
   * The newest, as far as they may be seen: one's own, or with a right to answer or review them all.
   *
   * @param state null: whatever their state
   */
  list(state: ElevationState | null, actor: ElevationActor): Promise<Elevation[]> {
    const where = state === null ? {} : inState(state, this.parts.clock(), this.#answerWithin);
    return this.parts.data.read((manager) =>
      manager.find(Elevation, {
        where: { ...where, ...seenBy(actor) },
        order: { requestedAt: "DESC", id: "DESC" },
        take: MOST_SHOWN,
      }),
    );
  }

  /** One of those that `list` would show. @throws FieldwardError NOT_FOUND */
  async one(id: string, actor: ElevationActor): Promise<Elevation> {
    const row = await this.parts.data.read((manager) =>
      manager.findOneBy(Elevation, { id, ...seenBy(actor) }),
    );
    if (row === null) throw new FieldwardError("NOT_FOUND");
    return row;
  }

  /** Exactly what was read under each, by its id; nothing where the actor may not know. */
  async readsOf(
    elevations: readonly Elevation[],
    { standing }: Pick<ElevationActor, "standing">,
  ): Promise<ReadonlyMap<string, readonly ElevatedRead[]>> {
    return seesAll(standing) ? elevatedReads(this.parts.auditStore, elevations) : new Map();
  }

  stateOf(elevation: Elevation): ElevationState {
    return elevationState(elevation, this.parts.clock(), this.#answerWithin);
  }

  get #answerWithin(): number {
    return this.parts.policy().limits.elevation.answerWithinMinutes;
  }

  /** Inside the lock of the customer's row, so that of two requests at once the second finds the first. */
  async #refuseSecond(manager: EntityManager, row: Elevation, now: number): Promise<void> {
    const { principalId, customerId, category } = row;
    const states = [
      inState("REQUESTED", now, this.#answerWithin),
      inState("ACTIVE", now, this.#answerWithin),
    ];
    const where = states.map((state) => ({ ...state, principalId, customerId, category }));
    if (await manager.existsBy(Elevation, where))
      throw new FieldwardError("CONFLICT", "You have asked for it, or it is in force.");
  }

  async #raiseAlert(manager: EntityManager, row: Elevation): Promise<void> {
    const finding = {
      detector: "elevation-emergency",
      severity: "high",
      actorId: row.principalId,
      summary: "Somebody approved an elevation of their own in an emergency.",
      evidence: [`elevation=${row.id}`, `customer=${row.customerId}`, `category=${row.category}`],
      dedupe: `elevation-emergency:${row.id}`,
    } as const;
    await this.parts.alerts.raise(finding, manager);
  }
}

function approval(by: string, nowMs: number, minutes: number) {
  return {
    approvedBy: by,
    approvedAt: new Date(nowMs),
    expiresAt: new Date(nowMs + minutes * MINUTE_MS),
  };
}

function seesAll({ rights }: ElevationActor["standing"]): boolean {
  return rights.has("approve-elevation") || rights.has("review-elevation");
}

function seenBy({ principal, standing }: ElevationActor): FindOptionsWhere<Elevation> {
  return seesAll(standing) ? {} : { principalId: principal.id };
}

/** The status of a customer whose row is locked until the transaction ends: it cannot be shredded in between. */
async function lockedStatus(manager: EntityManager, customerId: string): Promise<string> {
  const select = { id: true, status: true } as const;
  const customer = await manager.findOne(Customer, {
    select,
    where: { id: customerId },
    ...forUpdate(manager),
  });
  if (customer === null) throw new FieldwardError("NOT_FOUND", "There is no such customer.");
  return customer.status;
}

/** Takes a step where the row is still in the state for it. @throws FieldwardError CONFLICT */
async function change(
  manager: EntityManager,
  where: FindOptionsWhere<Elevation>,
  step: Partial<Pick<Elevation, "approvedBy" | "approvedAt" | "expiresAt" | "reviewedBy" | "reviewedAt">>,
  otherwise: string,
): Promise<void> {
  const { affected } = await manager.update(Elevation, where, step);
  if (affected !== 1) throw new FieldwardError("CONFLICT", otherwise);
}

async function oneOf(manager: EntityManager, id: string): Promise<Elevation> {
  const row = await manager.findOne(Elevation, { select: OPEN, where: { id } });
  if (row === null) throw new FieldwardError("NOT_FOUND");
  return row;
}
