import type { Operator, OperatorChoice } from "../anonymise/operators";
import { parseTwin, renderTwin, type Surrogate } from "../anonymise/twin";
import type { Message } from "../domain/message";
import type { Operators } from "../policy/anonymiser-file";
import { groupOf, type CommonFacts } from "./anonymised-export-groups";

/** A message as it is exported. Its ids are of one group of one export only. */
export interface AnonymisedRow extends CommonFacts {
  readonly message: string;
  readonly customer: string;
  readonly body: string;
}

/** Names something for one export, in lower-case hex: the same all through it, and another in every other. */
export type NameInExport = (kind: string, source: string) => string;

/**
 * What an export shows instead, where an operator gives the same for the same value in every group and every export: they
 * could be joined by it, customer by customer. A number is made anew for each. A shifted date and a coarse place have no such
 * second form, and a place is besides what somebody outside could know, and no group counts who is there.
 */
const IN_EXPORT: Readonly<Record<Operator, Operator>> = {
  replace: "replace",
  numbered: "numbered",
  pseudonym: "numbered",
  mask: "numbered",
  shift: "replace",
  coarse: "replace",
};

/** The operators of an export: the policy's default ones, without those that would join two groups or two exports. */
export function exportOperators(operators: Operators): OperatorChoice {
  const entries = Object.entries(operators).map(([type, operator]) => [type, IN_EXPORT[operator]]);
  return Object.fromEntries(entries) as OperatorChoice;
}

/** Three digits, as in a twin. */
const NUMBERS = 900;
const NUMBER_DIGITS = 8;

/** Of a find its type and a new number: what else a twin holds of it is not even handed on. */
function renumbered({ type, number }: Surrogate, customerId: string, name: NameInExport): Surrogate {
  if (number === undefined) return { type };
  const drawn = parseInt(name("number", `${customerId}/${type}/${number}`).slice(0, NUMBER_DIGITS), 16);
  return { type, number: String(100 + (drawn % NUMBERS)) };
}

/** The message whose twin is exported. */
export type ExportedMessage = Pick<Message, "id" | "customerId" | "bodyTwin">;

/** Names for one group: a customer who is in two of them has two, or the groups could be intersected by who is in both. */
function inGroup(facts: CommonFacts, name: NameInExport): NameInExport {
  const group = groupOf(facts);
  return (kind, source) => name(kind, `${group}/${source}`);
}

/**
 * One row of an export, made of the message's twin; undefined: its twin is gone or none that can be read.
 *
 * @throws FieldwardError ERASED, FIELD_TAMPERED or VAULT_UNAVAILABLE where the twin does not open
 */
export function anonymisedRow(
  message: ExportedMessage,
  facts: CommonFacts,
  operators: OperatorChoice,
  nameInExport: NameInExport,
): AnonymisedRow | undefined {
  const { id, customerId, bodyTwin } = message;
  const name = inGroup(facts, nameInExport);
  const body = bodyTwin === null ? undefined : rendered(bodyTwin, customerId, operators, name);
  if (body === undefined) return undefined;
  const { direction, sender, country, language, date } = facts;
  return {
    message: name("message", id),
    customer: name("customer", customerId),
    direction,
    sender,
    country,
    language,
    date,
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
