import type { Category } from "../domain/category";
import type { ErrorCode } from "../domain/errors";
import type { Gate, GateReason } from "../policy/gate";

const GATE = Symbol("gate");

interface Gated {
  [GATE]?: Gate;
}

/** Notes the gate of a row on the row: it is asked once and holds for every field. */
export function setGate(row: object, gate: Gate): void {
  (row as Gated)[GATE] = gate;
}

/** The gate of a row; `undefined` for what is no customer's row. */
export function rowGate(row: object): Gate | undefined {
  return (row as Gated)[GATE];
}

const CODES: Readonly<Record<Exclude<GateReason, null>, ErrorCode>> = {
  ERASED: "ERASED",
  CONSENT_MISSING: "CONSENT_MISSING",
  RESTRICTED: "FIELD_HIDDEN",
  TENANT: "NOT_FOUND",
  BUDGET: "DISCLOSURE_BUDGET_EXCEEDED",
};

/** The error of a field that the row's gate hides. */
export function gateCode(reason: GateReason): ErrorCode {
  return reason === null ? "FIELD_HIDDEN" : CODES[reason];
}

/** The error of a field that was asked for above what the row's gate lets through. */
export function tooHighCode(reason: GateReason): ErrorCode {
  return reason === "BUDGET" ? gateCode(reason) : "LEVEL_TOO_HIGH";
}

const REASONS: Readonly<Record<Exclude<GateReason, null>, string>> = {
  ERASED: "the customer has been erased",
  CONSENT_MISSING: "the customer has not consented to this purpose",
  RESTRICTED: "the customer is restricted",
  TENANT: "the customer belongs to another tenant",
  BUDGET: "the disclosure budget of this hour is used up",
};

const RAISED_BY: Readonly<Partial<Record<Exclude<GateReason, null>, string>>> = {
  CONSENT_MISSING: "the customer's consent",
  BUDGET: "the next hour, or an approved elevation for this customer",
};

/** Why a row's gate lowers a level, in words. */
export function gateReason(reason: GateReason): string {
  return reason === null ? "nothing" : REASONS[reason];
}

/** What would raise the level that a row's gate lowers; null: nothing that the caller could do. */
export function gateRaisedBy(reason: GateReason): string | null {
  return reason === null ? null : (RAISED_BY[reason] ?? null);
}

/** Whether an approved elevation lifts a category of this row's customer. */
export function isLifted(gate: Gate | undefined, category: Category): boolean {
  return gate?.lift?.categories.has(category) === true;
}
