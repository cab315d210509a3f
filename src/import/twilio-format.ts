import type { KnownNames } from "./column-plan";
import { foldName } from "../domain/closest-name";
import { openByHeader, type FirstRecord, type Vocabulary } from "./delimited-format";
import { CSV } from "./delimited-records";
import type { ImportField, RowDirection } from "./import-row";
import type { MessageFormat, OpenOptions } from "./message-format";
import { DIRECTION_BY_WORD } from "./message-words";
import type { SourceFile } from "./source-file";

/** What Twilio says in its own terms: who sent to whom, and when the message was made. */
type TwilioField = ImportField | "from" | "to" | "createdAt";

type Aliases = readonly (readonly [TwilioField, readonly string[]])[];

const REQUIRED_COLUMNS: Aliases = [
  ["externalId", ["Sid", "MessageSid", "ApiMessageSid", "SmsSid"]],
  ["from", ["From"]],
  ["to", ["To"]],
  ["body", ["Body"]],
  ["sentAt", ["SentDate", "DateSent"]],
];

const DIRECTION_COLUMN: Aliases = [["direction", ["Direction"]]];

const OPTIONAL_COLUMNS: Aliases = [
  ["status", ["Status"]],
  ["segments", ["NumSegments", "Segments"]],
  ["errorCode", ["ErrorCode"]],
  ["createdAt", ["DateCreated", "CreatedDate"]],
];

/** Tells whether a header is that of Twilio's message log. */
export function isTwilioHeader(header: readonly string[]): boolean {
  const names = new Set(header.map(foldName));
  return [...REQUIRED_COLUMNS, ...DIRECTION_COLUMN].every(([, aliases]) =>
    aliases.some((alias) => names.has(foldName(alias))),
  );
}

/**
 * Opens Twilio's message log, as its console exports it.
 *
 * @see https://www.twilio.com/docs/messaging/api/message-resource
 */
export function openTwilio(source: SourceFile, first: FirstRecord, options: OpenOptions): MessageFormat {
  const known = [
    ...REQUIRED_COLUMNS.map(knownNames(true)),
    ...DIRECTION_COLUMN.map(knownNames(options.defaults.direction === null)),
    ...OPTIONAL_COLUMNS.map(knownNames(false)),
  ];
  const translate = fromTwilio(options.defaults.direction);
  return openByHeader(source, CSV, first, options, { known, translate });
}

function knownNames(isRequired: boolean): (alias: Aliases[number]) => KnownNames<TwilioField> {
  return ([field, names]) => ({ field, names, isRequired });
}

function fromTwilio(defaultDirection: RowDirection | null): Vocabulary<TwilioField>["translate"] {
  return ({ from = "", to = "", createdAt = "", ...fields }) => {
    const isInbound = directionOf(fields.direction ?? "", defaultDirection) === "INBOUND";
    const parties = isInbound
      ? { customerNumber: from, senderId: to }
      : { customerNumber: to, senderId: from };
    return {
      ...parties,
      ...fields,
      // A message that was never sent has no date for it.
      sentAt: presentOr(fields.sentAt, createdAt),
      errorCode: fields.errorCode === "0" ? "" : (fields.errorCode ?? ""),
    };
  };
}

function presentOr(text: string | undefined, otherwise: string): string {
  return text === undefined || text.trim() === "" ? otherwise : text;
}

/** Null for an unknown word, for which the record is going to be rejected. */
function directionOf(text: string, defaultDirection: RowDirection | null): RowDirection | null {
  const word = text.trim().toLowerCase();
  return word === "" ? defaultDirection : (DIRECTION_BY_WORD.get(word) ?? null);
}
