import fc from "fast-check";
import type { Position } from "../../src/graphql/cursors";
import type { Kind, TenantRecords } from "./two-tenants";

/** What is asked for: a value of the other tenant, and one of the same form and length that nothing has. */
export interface Asked {
  readonly theirs: string;
  readonly unknown: string;
}

/** Both tenants, and how a cursor is made of a place. */
export interface Tenants {
  readonly own: TenantRecords;
  readonly theirs: TenantRecords;
  readonly makeCursor: (list: string, position: Position) => string;
}

/** Kinds that are ids, which a caller can put where the id of something else is expected. */
export const IDS: readonly Kind[] = [
  "customer",
  "message",
  "consent",
  "tenant",
  "token",
  "elevation",
  "alert",
];

const CURSORS: readonly Kind[] = ["customersCursor", "messagesCursor"];

type Form = (value: string) => string;

const asItIs: Form = (value) => value;

/** Forms in which an id slips past a comparison that was written without thought. Each keeps two ids apart. */
const ID_FORMS: readonly Form[] = [
  (id) => id.toUpperCase(),
  (id) => id.replaceAll(/[a-f]/g, (digit, at: number) => (at % 2 === 0 ? digit.toUpperCase() : digit)),
  (id) => `{${id}}`,
  (id) => `urn:uuid:${id}`,
  (id) => ` ${id}`,
  (id) => `${id}\n`,
  (id) => `${id}\0`,
  (id) => id.replaceAll("-", ""),
  (id) => `${id}' OR '1'='1`,
  (id) => Buffer.from(`Customer:${id}`).toString("base64"),
];

const TEXT_FORMS: readonly Form[] = [
  (text) => text.toUpperCase(),
  (text) => `${text} `,
  (text) => `${text}%`,
];

/** `+44 7700 900961` is the same number. */
const PHONE_FORMS: readonly Form[] = [
  (phone) => phone.replace(/^(\+44)(\d{4})/, "$1 $2 "),
  (phone) => phone.replace("+", "00"),
  (phone) => `${phone}%`,
];

/** Most values go as they are: those are the attempts that could succeed. */
function formed(forms: readonly Form[]): fc.Arbitrary<Form> {
  return fc.oneof({ weight: 2, arbitrary: fc.constant(asItIs) }, fc.constantFrom(...forms));
}

function bytesOf(cursor: string): Buffer {
  return Buffer.from(cursor, "base64url");
}

/** A cursor with one bit flipped, with its beginning from one of the caller's own, or cut short. */
function cursorForm(own: string): fc.Arbitrary<Form> {
  const bits = bytesOf(own).length * 8;
  const flipped = fc.nat({ max: bits - 1 }).map((bit): Form => (cursor) => {
    const bytes = bytesOf(cursor);
    bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    return bytes.toString("base64url");
  });
  const length = bytesOf(own).length;
  const spliced = fc.integer({ min: 1, max: length - 4 }).map(
    (at): Form =>
      (cursor) =>
        Buffer.concat([bytesOf(own).subarray(0, at), bytesOf(cursor).subarray(at)]).toString("base64url"),
  );
  const cut = fc.integer({ min: 40, max: length - 1 }).map(
    (at): Form =>
      (cursor) =>
        bytesOf(cursor).subarray(0, at).toString("base64url"),
  );
  return fc.oneof({ weight: 3, arbitrary: fc.constant(asItIs) }, flipped, spliced, cut);
}

const digits = (count: number): fc.Arbitrary<string> =>
  fc.nat({ max: 10 ** count - 1 }).map((number) => String(number).padStart(count, "0"));

/** The cursor of a row that never was, at the same place of every list as the other tenant's. */
function besideIt({ theirs, makeCursor }: Tenants, list: string, cursor: string): fc.Arbitrary<string> {
  const position = theirs.positions.get(cursor) ?? [];
  const id = String(position.at(-1));
  return digits(6)
    .map((end) => `${id.slice(0, -6)}${end}`)
    .filter((near) => near !== id)
    .map((near) => makeCursor(list, [...position.slice(0, -1), near]));
}

const unknownId = fc.uuid({ version: 7 });

/** How a value is made that no record of any tenant has; what is not here is an id. */
const UNKNOWN: Readonly<Partial<Record<Kind, (theirs: string, tenants: Tenants) => fc.Arbitrary<string>>>> = {
  externalRef: () => digits(3).map((end) => `nil-${end}`),
  externalId: () => unknownId.map((id) => `SM-${id}`),
  // Nobody in these tests has a number of 400 to 499.
  phone: () => digits(2).map((end) => `+4477009004${end}`),
  email: (theirs) => {
    const at = theirs.indexOf("@");
    return digits(at).map((local) => `${local}${theirs.slice(at)}`);
  },
  customersCursor: (theirs, tenants) => besideIt(tenants, "customers", theirs),
  messagesCursor: (theirs, tenants) => besideIt(tenants, "messages", theirs),
};

function unknownLike(kind: Kind, theirs: string, tenants: Tenants): fc.Arbitrary<string> {
  return UNKNOWN[kind]?.(theirs, tenants) ?? unknownId;
}

function formOf(kind: Kind, { own }: Tenants): fc.Arbitrary<Form> {
  const [ownOne = ""] = own.named[kind];
  if (CURSORS.includes(kind)) return cursorForm(ownOne);
  if (kind === "phone") return formed(PHONE_FORMS);
  return formed(IDS.includes(kind) ? ID_FORMS : TEXT_FORMS);
}

/** What can be asked for in a place that takes something of a kind: now and then something that belongs elsewhere. */
function askedFor(kind: Kind, tenants: Tenants): fc.Arbitrary<Asked> {
  const alike = [IDS, CURSORS].find((kinds) => kinds.includes(kind)) ?? [kind];
  return fc
    .oneof({ weight: 4, arbitrary: fc.constant(kind) }, fc.constantFrom(...alike))
    .chain((of) => fc.tuple(fc.constant(of), fc.constantFrom(...tenants.theirs.named[of])))
    .chain(([of, value]) =>
      fc
        .tuple(unknownLike(of, value, tenants), formOf(of, tenants))
        .map(([other, form]) => ({ theirs: form(value), unknown: form(other) })),
    );
}

/** What can be asked for, for every kind that a way in takes. Made once: fast-check takes its time to make one. */
export function askedValues(tenants: Tenants): Readonly<Record<Kind, fc.Arbitrary<Asked>>> {
  const kinds = Object.keys(tenants.theirs.named) as Kind[];
  const made = kinds.map((kind) => [kind, askedFor(kind, tenants)] as const);
  return Object.fromEntries(made) as Record<Kind, fc.Arbitrary<Asked>>;
}
