import parsePhoneNumber, { type CountryCode } from "libphonenumber-js/max";
import { ALWAYS_DROPPED } from "./operators";
import { normalise } from "./reading/normalise";
import type { PersonalType } from "./span";
import type { Surrogate } from "./twin";

/** Whose message it is: what makes surrogates agree. */
export interface SubjectOfMessage {
  readonly names: readonly string[];
  /** Names the conversation; numbers and shifts are the same all through it. */
  readonly thread: string;
  /** ISO 3166-1 alpha-2, by which national telephone numbers are read; null: not known. */
  readonly country: string | null;
  /** Makes the keyed pseudonym of a text, one per tenant: HMAC-SHA-256 in base 32. */
  readonly pseudonymise: (source: string) => string;
}

/** What stands for a value that was found. */
export function surrogateOf(type: PersonalType, value: string, subject: SubjectOfMessage): Surrogate {
  if (ALWAYS_DROPPED.has(type)) return { type };
  const canonical = canonicalForm(type, value, subject.country);
  const pseudonym = subject.pseudonymise(`${type}/${canonical}`);
  const inThread = subject.pseudonymise(`${subject.thread}/${type}/${canonical}`);
  const extras = {
    mask: maskOf(type, value),
    shift:
      type === "DOB"
        ? shifted(value, numberFrom(subject.pseudonymise(`${subject.thread}/shift`)))
        : undefined,
    coarse: type === "GEO" ? coarse(value) : undefined,
  };
  const given = Object.fromEntries(Object.entries(extras).filter(([, text]) => text !== undefined));
  return { type, number: String(100 + (numberFrom(inThread) % 900)), pseudonym: tail(pseudonym), ...given };
}

/** 60 bits name a value among a tenant's; the whole 128 would make a text unreadable. */
const SHOWN_CHARACTERS = 12;
const tail = (pseudonym: string): string => pseudonym.slice(-SHOWN_CHARACTERS);

/** A number made of the last characters of a pseudonym, evenly spread. */
function numberFrom(pseudonym: string): number {
  let number = 0;
  for (const character of pseudonym.slice(-6))
    number = number * 32 + "abcdefghijklmnopqrstuvwxyz234567".indexOf(character);
  return number;
}

const compact = (value: string): string =>
  normalise(value)
    .text.replace(/[^A-Za-z0-9]/g, "")
    .toUpperCase();

/** The one form of a value that is written in many: "+44 20 7946 0958" and "020 7946 0958" are the same number. */
export function canonicalForm(type: PersonalType, value: string, country: string | null): string {
  if (type === "PHONE") return phoneForm(value, country);
  if (type === "DOB") return isoDate(value) ?? compact(value);
  if (type === "PERSON" || type === "ADDRESS" || type === "EMAIL")
    return normalise(value)
      .folded.replace(/[\s,.]+/g, " ")
      .trim();
  return compact(value);
}

function phoneForm(value: string, country: string | null): string {
  const parsed = parsePhoneNumber(normalise(value).text, (country ?? undefined) as CountryCode | undefined);
  return parsed?.number ?? value.replace(/\D/g, "");
}

/** What a mask leaves of a value: enough to tell two apart on one screen, not to know either. */
const MASKS: Readonly<Partial<Record<PersonalType, (value: string) => string>>> = {
  PHONE: (value) => `•••${compact(value).slice(-2)}`,
  // PCI DSS 4.0.1, requirement 3.4.1, allows the last four.
  CARD: (value) => `•••• ${compact(value).slice(-4)}`,
  IBAN: (value) => `${compact(value).slice(0, 2)}••${compact(value).slice(-2)}`,
  ACCOUNT: (value) => `•••${compact(value).slice(-2)}`,
  PLATE: (value) => `•••${compact(value).slice(-2)}`,
  EMAIL: (value) => `${firstCharacter(value)}•••@•••`,
  PERSON: (value) =>
    value
      .split(/\s+/)
      .map((word) => `${firstCharacter(word)}.`)
      .join(" "),
  DOB: (value) => `${isoDate(value)?.slice(0, 4) ?? "••••"}-••-••`,
};

const maskOf = (type: PersonalType, value: string): string | undefined => MASKS[type]?.(value);

/** Up to 45 days either way, never none. */
const MOST_DAYS = 45;
const DAY_MS = 86_400_000;

function shifted(value: string, random: number): string | undefined {
  const date = isoDate(value);
  if (date === undefined) return undefined;
  const days = (random % MOST_DAYS) + 1;
  const signed = random & 64 ? days : -days;
  return new Date(Date.parse(date) + signed * DAY_MS).toISOString().slice(0, 10);
}

/** The ISO 8601 form of a date written with a year in figures; undefined where it has none or cannot be a day. */
export function isoDate(value: string): string | undefined {
  const figures = Array.from(value.matchAll(/\d+/g), ([digits]) => Number(digits));
  if (figures.length !== 3) return undefined;
  const [one = 0, two = 0, three = 0] = figures;
  if (one > 31) return one < FIRST_YEAR ? undefined : dateOf(one, two, three);
  return two > 12 ? dateOf(fullYear(three), one, two) : dateOf(fullYear(three), two, one);
}

const FIRST_YEAR = 1_900;
const LAST_YEAR = 2_100;

function dateOf(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  // The 31st of February would roll over into March.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || year > LAST_YEAR) return undefined;
  const [yyyy, mm, dd] = [
    String(year).padStart(4, "0"),
    String(month).padStart(2, "0"),
    String(day).padStart(2, "0"),
  ];
  return `${yyyy}-${mm}-${dd}`;
}

/** Two figures are of this century up to 25, since nobody was born later. */
const fullYear = (year: number): number => (year >= 100 ? year : year <= 25 ? 2000 + year : 1900 + year);

/** One decimal is about eleven kilometres; undefined where it is no pair of decimals. */
function coarse(value: string): string | undefined {
  const found = value.match(/-?\d{1,3}[.,]\d+/g)?.map((text) => Number(text.replace(",", ".")));
  const [latitude, longitude] = found ?? [];
  return latitude === undefined || longitude === undefined
    ? undefined
    : `${oneDecimal(latitude)},${oneDecimal(longitude)}`;
}

/** Not "-0.0". */
const oneDecimal = (degrees: number): string => (Math.round(degrees * 10) / 10 + 0).toFixed(1);

/** Whole, where it takes two code units. */
const firstCharacter = (text: string): string => Array.from(text)[0] ?? "";
