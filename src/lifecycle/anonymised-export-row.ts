import type { Operator, OperatorChoice } from "../anonymise/operators";
import { parseTwin, renderTwin, type Surrogate } from "../anonymise/twin";
import type { Message } from "../domain/message";
import type { Operators } from "../policy/anonymiser-file";
import type { CommonFacts } from "./anonymised-export-groups";

/** A message as it is exported. Its ids are of one export only. */
export interface AnonymisedRow extends CommonFacts {
  readonly message: string;
  readonly customer: string;
  readonly direction: string;
  readonly status: string | null;
  readonly segments: number | null;
  readonly body: string;
}

/** Names something for one export: the same all through it, and another in every other. */
export type NameInExport = (kind: string, source: string) => string;

/**
 * What an export shows instead, where an operator gives the same for the same value in every export: exports could be joined
 * by it, customer by customer. A number is made anew for each; of a shifted date there is no such second form.
 */
const INSTEAD: Readonly<Partial<Record<Operator, Operator>>> = { pseudonym: "numbered", shift: "replace" };

/** The operators of an export: the policy's default ones, without those that would join two exports. */
export function exportOperators(operators: Operators): OperatorChoice {
  const entries = Object.entries(operators).map(([type, operator]) => [type, INSTEAD[operator] ?? operator]);
  return Object.fromEntries(entries) as OperatorChoice;
}

/** Three digits, as in a twin. */
const NUMBERS = 900;
const NUMBER_DIGITS = 8;

function renumbered(found: Surrogate, customerId: string, name: NameInExport): Surrogate {
  const { type, number, mask, coarse } = found;
  const kept = { ...(mask === undefined ? {} : { mask }), ...(coarse === undefined ? {} : { coarse }) };
  if (number === undefined) return { type, ...kept };
  const drawn = parseInt(name("number", `${customerId}/${type}/${number}`).slice(0, NUMBER_DIGITS), 16);
  return { type, number: String(100 + (drawn % NUMBERS)), ...kept };
}

/** The message whose twin is exported. */
export type ExportedMessage = Pick<
  Message,
  "id" | "customerId" | "direction" | "status" | "segments" | "bodyTwin"
>;

/**
 * One row of an export, made of the message's twin; undefined: its twin is gone or none that can be read.
 *
 * @throws FieldwardError ERASED, FIELD_TAMPERED or VAULT_UNAVAILABLE where the twin does not open
 */
export function anonymisedRow(
  message: ExportedMessage,
  facts: CommonFacts,
  operators: OperatorChoice,
  name: NameInExport,
): AnonymisedRow | undefined {
  const { id, customerId, direction, status, segments, bodyTwin } = message;
  const body = bodyTwin === null ? undefined : rendered(bodyTwin, customerId, operators, name);
  if (body === undefined) return undefined;
  const { sender, country, language, date } = facts;
  return {
    message: name("message", id),
    customer: name("customer", customerId),
    direction,
    sender,
    country,
    language,
    date,
    status,
    segments,
    body,
  };
}

function rendered(
  twin: string,
  customerId: string,
  operators: OperatorChoice,
  name: NameInExport,
): string | undefined {
  try {
    const parts = parseTwin(twin).map((part) =>
      typeof part === "string" ? part : renumbered(part, customerId, name),
    );
    return renderTwin(parts, operators);
  } catch {
    // Written by a later version, perhaps. What the parser says of it could hold a part of the text.
    return undefined;
  }
}
