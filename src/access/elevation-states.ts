import { IsNull, LessThanOrEqual, MoreThan, Not, type FindOptionsWhere } from "typeorm";
import type { Elevation } from "../domain/elevation";
import { FieldwardError } from "../domain/errors";

/**
 * What an elevation can be: asked for; in force; over, and waiting for its review; asked for and not answered in time;
 * reviewed.
 */
const STATES = ["REQUESTED", "ACTIVE", "EXPIRED", "LAPSED", "REVIEWED"] as const;

/** @see STATES */
export type ElevationState = (typeof STATES)[number];

const MINUTE_MS = 60_000;

type Steps = Pick<Elevation, "requestedAt" | "approvedAt" | "expiresAt" | "reviewedAt">;

/** The state of an elevation at a moment. At the millisecond at which it expires it is no longer in force. */
export function elevationState(steps: Steps, nowMs: number, answerWithinMinutes: number): ElevationState {
  if (steps.reviewedAt !== null) return "REVIEWED";
  if (steps.approvedAt !== null && steps.expiresAt !== null)
    return nowMs < steps.expiresAt.getTime() ? "ACTIVE" : "EXPIRED";
  return nowMs < steps.requestedAt.getTime() + answerWithinMinutes * MINUTE_MS ? "REQUESTED" : "LAPSED";
}

/** The rows that are in a state, for a WHERE: what `elevationState` says, in SQL. */
export function inState(
  state: ElevationState,
  nowMs: number,
  answerWithinMinutes: number,
): FindOptionsWhere<Elevation> {
  const now = new Date(nowMs);
  const unanswered = { approvedAt: IsNull(), reviewedAt: IsNull() };
  const deadline = new Date(nowMs - answerWithinMinutes * MINUTE_MS);
  const where: Readonly<Record<ElevationState, FindOptionsWhere<Elevation>>> = {
    REQUESTED: { ...unanswered, requestedAt: MoreThan(deadline) },
    LAPSED: { ...unanswered, requestedAt: LessThanOrEqual(deadline) },
    ACTIVE: { reviewedAt: IsNull(), expiresAt: MoreThan(now) },
    EXPIRED: { reviewedAt: IsNull(), expiresAt: LessThanOrEqual(now) },
    REVIEWED: { reviewedAt: Not(IsNull()) },
  };
  return where[state];
}

/** @throws FieldwardError BAD_USER_INPUT where there is no such state */
export function elevationStateOf(name: string): ElevationState {
  const found = STATES.find((state) => state === name);
  if (found !== undefined) return found;
  throw new FieldwardError("BAD_USER_INPUT", `state is one of ${STATES.join(", ")}.`);
}
