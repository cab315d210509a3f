import type { Category } from "../../../src/domain/category";
import { columnName, fieldsOf, personalFieldsOf, type PersonalField } from "../../../src/domain/classified";
import { ConsentRecord } from "../../../src/domain/consent-record";
import { Customer } from "../../../src/domain/customer";
import { withhold } from "../../../src/domain/mask";
import { Message } from "../../../src/domain/message";

/** Which of its twins a value is. Where none is allowed, the other one stands in for it. */
export const TWIN = { value: 0, sameMask: 1, other: 2, none: 3 } as const;

/** @see TWIN */
export type Twin = (typeof TWIN)[keyof typeof TWIN];

/** The types whose rows are about a customer. Named here, so that the catalogue knows them before it is asked. */
const ENTITIES = { Customer, Message, ConsentRecord } as const;

/** @see ENTITIES */
export type Owner = keyof typeof ENTITIES;

/** Their names. */
export const OWNERS = Object.keys(ENTITIES) as Owner[];

type Twins = readonly [unknown, unknown, unknown, unknown];

/** The twins of a field, of the customer and the row with these numbers. */
type TwinsOf = (person: number, row: number) => Twins;

const UP = "abcdefg";
const DOWN = "gfedcba";
const at = (letters: string, i: number): string => letters.charAt(i);
const hour = (i: number): number => i * 3_600_000;
const year = (name: string): number => Date.parse(`${name}-03-01T00:00:00Z`);
const text = (length: number): string => "So it was said, and nobody knew why. ".repeat(length);
const open = (value: unknown, other: unknown, third: unknown = other): Twins => [value, other, third, third];

/**
 * Twins of every field: the value, one with the same mask, one with another mask, and none. From customer to customer the
 * first ones ascend and the second ones descend, so that whatever orders rows by a value tells the two apart; and they
 * differ in length as far as their masks let them.
 */
const FIELDS: Readonly<Record<string, TwinsOf>> = {
  "Customer.name": (p) => [
    `A${at(UP, p)}mira Novak`,
    `A${at(DOWN, p)}exandra-Maria Nightingale-Featherstonehaugh`,
    `Zoë ${at(DOWN, p)} Quill`,
    null,
  ],
  "Customer.birthDate": (p) => [`1990-0${String(p + 1)}-11`, `1990-12-${String(28 - p)}`, "1961-02-28", null],
  // Numbers reserved for fiction: 07700 900xxx (Ofcom), 030 23125 xxx (Bundesnetzagentur).
  "Customer.phone": (p) => [
    `+4477009001${String(p)}7`,
    `+447700900${String(9 - p)}${String(p)}7`,
    `+4930231251${String(p)}5`,
    null,
  ],
  "Customer.email": (p) => [
    `a${at(UP, p)}.novak@example.org`,
    `a${at(DOWN, p)}.a.rather.long.mailbox+tag@mail.example.org`,
    `zoe.${String(p)}@example.com`,
    null,
  ],
  "Customer.address": (p) => [`${String(p)} Fictional Lane`, `${String(9 - p)} ${text(3)}`, "Nowhere", null],
  "Customer.externalRef": (p) => open(`ref-${String(p)}`, `other-${String(9 - p)}`, null),
  "Customer.country": () => open("GB", "FR", null),
  "Customer.language": () => open("en", "fr-FR", null),
  "Customer.createdAt": (p) => open(new Date(year("2024") + hour(p)), new Date(year("2025") - hour(p))),
  "Message.externalId": (p, m) => open(`SM-${String(10 * p + m)}`, `other-${String(99 - 10 * p - m)}`),
  "Message.direction": () => open("OUTBOUND", "INBOUND"),
  "Message.senderId": () => open("Fieldward", "78787", null),
  "Message.body": (p) => [`Hello ${String(p)}.`, `${String(9 - p)}: ${text(9)}`, "Goodbye.", null],
  "Message.bodyStored": () => open(true, false),
  "Message.status": () => open("DELIVERED", "FAILED", null),
  "Message.encoding": () => open("GSM-7", "UCS-2", null),
  "Message.segments": () => open(1, 30, null),
  "Message.errorCode": () => open(null, "30007"),
  // Of the third, the milliseconds have a digit less.
  "Message.sentAt": (p, m) =>
    open(
      new Date(year("2026") + hour(10 * p + m)),
      new Date(year("2025") - hour(10 * p + m)),
      new Date(year("1999")),
    ),
  "Message.deliveredAt": (p) => open(new Date(year("2026") + hour(p)), new Date(year("2025")), null),
  "Message.legalHold": () => open(false, true),
  "ConsentRecord.purpose": () => open("support", "billing", "fraud"),
  "ConsentRecord.state": () => open("GRANTED", "WITHDRAWN"),
  "ConsentRecord.legalBasis": () => open("CONSENT", "LEGITIMATE_INTEREST"),
  "ConsentRecord.method": () => open("web", "by telephone"),
  "ConsentRecord.jurisdiction": () => open("GB", "FR", null),
  "ConsentRecord.language": () => open("en", "fr-FR", null),
  "ConsentRecord.noticeVersion": () => open(1, 20, null),
  "ConsentRecord.noticeHash": () => open(null, "0f".repeat(32)),
  "ConsentRecord.recordedAt": (p) => open(new Date(year("2024") + hour(p)), new Date(year("2025") - hour(p))),
  "ConsentRecord.validUntil": () => open(null, new Date(year("2030")), new Date(year("2020"))),
  "ConsentRecord.recordedBy": () => open("somebody", "somebody else altogether"),
  "ConsentRecord.evidence": (p) => [`Ticked ${String(p)}.`, `${String(9 - p)}: ${text(5)}`, "Said so.", null],
};

/** What says where a row hangs and whose it is: the same in every twin. */
const STRUCTURE: ReadonlySet<string> = new Set([
  "id",
  "tenantId",
  "customerId",
  "customer",
  "consents",
  "messages",
]);

/** Fields whose twins depend on the customer's state: a gate asks for it. `consentState` stands for the bits. */
const STATE: ReadonlySet<string> = new Set(["Customer.status", "Customer.consentState"]);

/** Something that a caller may or may not be told: one field, or what two fields tell the same of. */
export interface Secret {
  readonly name: string;
  readonly owner: Owner;
  readonly category: Category;
  readonly form: "personal" | "open";
  /** Whether its mask is the same for every value. */
  readonly withheld: boolean;
  readonly columns: Readonly<Partial<Record<Owner, readonly string[]>>>;
}

function sealedColumns({ sealed }: PersonalField): string[] {
  return [sealed.ct, ...(sealed.bi ?? [])].map(columnName);
}

const personalField = (owner: Owner, name: string): PersonalField | undefined =>
  personalFieldsOf(owner).find(({ sealed }) => sealed.property === name);

function columnsOf(owner: Owner, name: string): Secret["columns"] {
  const personal = personalField(owner, name);
  const columns = personal === undefined ? [columnName(name)] : sealedColumns(personal);
  if (name === "consentState") return { Customer: ["consent_bits"] };
  // A message's number is its customer's: whoever knows one knows both.
  const number = name === "phone" ? personalField("Message", "customerNumber") : undefined;
  return { [owner]: columns, ...(number === undefined ? {} : { Message: sealedColumns(number) }) };
}

/** Every field of a customer's data that holds a value: taken from the catalogue, so that none is forgotten. */
export const SECRETS: readonly Secret[] = OWNERS.flatMap((owner) =>
  [...(fieldsOf(owner)?.values() ?? [])].flatMap(({ property, category, form }): Secret[] => {
    const told = form !== "internal" && category !== null && !STRUCTURE.has(property);
    if (!told || property === "customerNumber") return [];
    const withheld = personalField(owner, property)?.mask === withhold;
    const columns = columnsOf(owner, property);
    return [{ name: `${owner}.${property}`, owner, category, form, withheld, columns }];
  }),
);

/** The secrets without twins; their names, for a test. */
export function withoutTwins(): string[] {
  return SECRETS.map(({ name }) => name).filter((name) => FIELDS[name] === undefined && !STATE.has(name));
}

/** One field of a customer's row, message or consent, as a twin. */
export function valueOf(secret: string, twin: Twin, person: number, row = 0): unknown {
  return FIELDS[secret]?.(person, row)[twin];
}

/** The values of a whole row, as a twin. */
export function valuesOf(owner: Owner, twin: Twin, person: number, row: number): Record<string, unknown> {
  const own = SECRETS.filter(({ name }) => name.startsWith(`${owner}.`) && FIELDS[name] !== undefined);
  const values = Object.fromEntries(
    own.map(({ name }) => [name.slice(owner.length + 1), valueOf(name, twin, person, row)]),
  );
  return owner === "Message"
    ? { ...values, customerNumber: valueOf("Customer.phone", twin, person) }
    : values;
}
