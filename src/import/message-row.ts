import type { ImportField, ImportRow, RowDefaults, RowDirection, RowStatus } from "./import-row";
import { messageDate } from "./message-date";
import { DIRECTION_BY_WORD, STATUS_BY_WORD } from "./message-words";
import { RowRejected } from "./source-record";

/** A record's values by field, as they are written in the file; empty means absent. */
export type FieldTexts = Readonly<Partial<Record<ImportField, string>>>;

const BODY_MAX_CHARACTERS = 10_000;

const MAX_CHARACTERS = {
  externalId: 64,
  customerNumber: 64,
  senderId: 32,
  encoding: 16,
  errorCode: 32,
} as const satisfies Partial<Record<ImportField, number>>;

type ShortField = keyof typeof MAX_CHARACTERS;

/** Control characters and halves of surrogate pairs: nothing that an identifier or a number has. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

const LONE_SURROGATE = /\p{Cs}/u;

/** Checks one record. @throws RowRejected with a reason that does not quote the record */
export function messageRow(line: number, texts: FieldTexts, defaults: RowDefaults): ImportRow {
  return {
    line,
    externalId: filled(texts, "externalId"),
    customerNumber: filled(texts, "customerNumber"),
    direction: direction(texts, defaults),
    senderId: shortText(texts, "senderId") ?? defaults.senderId,
    body: body(texts),
    status: status(texts),
    encoding: shortText(texts, "encoding"),
    segments: segments(texts),
    errorCode: shortText(texts, "errorCode"),
    sentAt: date(texts, "sentAt") ?? reject("sentAt is empty"),
    deliveredAt: date(texts, "deliveredAt"),
  };
}

function reject(reason: string): never {
  throw new RowRejected(reason);
}

function filled(texts: FieldTexts, field: ShortField): string {
  return shortText(texts, field) ?? reject(`${field} is empty`);
}

function shortText(texts: FieldTexts, field: ShortField): string | null {
  const raw = texts[field] ?? "";
  if (UNPRINTABLE.test(raw)) reject(`${field} has control characters`);
  const text = raw.trim();
  if (text.length > MAX_CHARACTERS[field]) {
    reject(`${field} is longer than ${MAX_CHARACTERS[field]} characters`);
  }
  return text === "" ? null : text;
}

function body(texts: FieldTexts): string {
  const text = texts.body ?? "";
  if (text === "") reject("body is empty");
  if (text.length > BODY_MAX_CHARACTERS) {
    reject(`body is longer than ${BODY_MAX_CHARACTERS} characters`);
  }
  if (LONE_SURROGATE.test(text)) reject("body is not valid Unicode");
  return text;
}

function direction(texts: FieldTexts, defaults: RowDefaults): RowDirection {
  const word = lowerCase(texts, "direction");
  if (word === "") return defaults.direction ?? reject("direction is empty");
  return DIRECTION_BY_WORD.get(word) ?? reject("direction is not a known one");
}

function status(texts: FieldTexts): RowStatus | null {
  const word = lowerCase(texts, "status");
  if (word === "") return null;
  return STATUS_BY_WORD.get(word) ?? reject("status is not a known one");
}

function segments(texts: FieldTexts): number | null {
  const text = (texts.segments ?? "").trim();
  if (text === "") return null;
  // Twilio counts 0 segments for what was never sent: that is no number of segments.
  if (/^0+$/.test(text)) return null;
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return count >= 1 && count <= 255 ? count : reject("segments is not a number from 1 to 255");
}

function date(texts: FieldTexts, field: "sentAt" | "deliveredAt"): Date | null {
  const text = (texts[field] ?? "").trim();
  if (text === "") return null;
  return messageDate(text) ?? reject(`${field} is not an ISO 8601 or RFC 2822 date`);
}

function lowerCase(texts: FieldTexts, field: "direction" | "status"): string {
  return (texts[field] ?? "").trim().toLowerCase();
}
