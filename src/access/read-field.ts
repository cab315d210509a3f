import type { OperatorChoice } from "../anonymise/operators";
import { parseTwin, renderTwin } from "../anonymise/twin";
import { Level, type Category } from "../domain/category";
import type { PersonalField } from "../domain/classified";
import { FieldwardError } from "../domain/errors";
import { WITHHELD, withhold } from "../domain/mask";
import type { SealedColumn, SealedRow } from "../domain/sealed";
import type { Gate } from "../policy/gate";
import type { Pseudonyms } from "../vault/pseudonyms";
import { gateCode, isLifted, tooHighCode } from "./row-gate";

/** A personal field as an operation asks for it. */
export interface FieldOrder {
  readonly coordinate: string;
  readonly category: Category;
  readonly personal: PersonalField;
  /** What was decided for all rows, lowered to what was asked for. */
  readonly level: Level;
  /** The same for a customer with an approved elevation; equal to `level` where there is none. */
  readonly lifted: Level;
  /** What was asked for with `as:`; null: the highest that is allowed. */
  readonly requested: Level | null;
  /** What MASKED shows in the place of personal data in a text. */
  readonly operators: OperatorChoice;
}

/**
 * Serves one personal value: the lower of what was decided and what the row's gate lets through, in that order, and opens
 * the envelope only where its content is shown. The read is on the access log already: it was recorded with its row.
 *
 * @throws FieldwardError ERASED, CONSENT_MISSING, LEVEL_TOO_HIGH, FIELD_TAMPERED DISCLOSURE_BUDGET_EXCEEDED or VAULT_UNAVAILABLE
 */
export function readField(
  order: FieldOrder,
  row: SealedRow,
  gate: Gate,
  tenantId: string,
  pseudonyms: Pseudonyms,
): string | null {
  const decided = isLifted(gate, order.category) ? order.lifted : order.level;
  const level = decided < gate.cap ? decided : gate.cap;
  if (level === Level.HIDDEN) throw new FieldwardError(gateCode(gate.reason));
  if (order.requested !== null && level < order.requested) throw new FieldwardError(tooHighCode(gate.reason));
  if (level === Level.CLEAR) return row[order.personal.sealed.property] as string | null;
  return level === Level.MASKED ? masked(order, row, gate) : pseudonym(order, row, tenantId, pseudonyms);
}

function masked({ personal, operators }: FieldOrder, row: SealedRow, gate: Gate): string | null {
  if (personal.twin !== undefined) {
    if (!isStored(personal, row)) return null;
    // A restricted customer's data are stored and nothing else (GDPR Art. 18(2)): their texts are not even read as twins.
    return gate.reason === "RESTRICTED" ? WITHHELD : maskedByTwin(personal.twin, row, operators);
  }
  // What is withheld whole need not be opened to be withheld.
  if (personal.mask === withhold) return row[personal.sealed.ct] === null ? null : WITHHELD;
  const value = row[personal.sealed.property] as string | null;
  return value === null ? null : personal.mask(value);
}

/** Whether there is a text: of the text itself not even the envelope is looked at. */
function isStored({ presence, sealed }: PersonalField, row: SealedRow): boolean {
  return presence === undefined ? row[sealed.ct] !== null : row[presence] === true;
}

/** The twin of a text, rendered. */
function maskedByTwin(twin: SealedColumn, row: SealedRow, operators: OperatorChoice): string {
  const text = row[twin.property] as string | null;
  return text === null ? WITHHELD : rendered(text, operators);
}

function rendered(text: string, operators: OperatorChoice): string {
  try {
    return renderTwin(parseTwin(text), operators);
  } catch {
    // Written by a later version, perhaps. What the parser says of it could hold a part of the text.
    return WITHHELD;
  }
}

function pseudonym(
  order: FieldOrder,
  row: SealedRow,
  tenantId: string,
  pseudonyms: Pseudonyms,
): string | null {
  const { bi, ct, column } = order.personal.sealed;
  if (bi === undefined) {
    return row[ct] === null ? null : pseudonyms.of(tenantId, order.category, `${column}/${row.id}`);
  }
  // The column that is looked up by, or the other one: the key may have been rotated since this row was read.
  const [used, other] = pseudonyms.slot === 0 ? bi : [bi[1], bi[0]];
  const index = row[used] ?? row[other];
  return typeof index === "string" ? pseudonyms.of(tenantId, order.category, index) : null;
}

/** The columns that serving a field at a level needs: what is hidden is not even read. */
export function columnsOf(personal: PersonalField, level: Level): readonly string[] {
  if (level === Level.HIDDEN) return [];
  if (level === Level.TOKEN && personal.sealed.bi !== undefined) return personal.sealed.bi;
  // A row's gate may lower CLEAR to MASKED.
  if (level === Level.CLEAR) return [personal.sealed.ct, ...maskedColumns(personal)];
  return level === Level.MASKED ? maskedColumns(personal) : [personal.sealed.ct];
}

function maskedColumns({ twin, presence, sealed }: PersonalField): readonly string[] {
  return twin === undefined ? [sealed.ct] : [twin.ct, presence ?? sealed.ct];
}
