import { domainToASCII } from "node:url";
import parsePhoneNumber from "libphonenumber-js/max";
import { FieldwardError } from "./errors";

/** How many numbers are remembered as being in their one form. */
const REMEMBERED = 2_048;
const inE164 = new Set<string>();

/** Parsing costs more than sealing, and a number is normalised again for each column and index that it goes into. */
function remember(number: string): string {
  if (inE164.size >= REMEMBERED) inE164.clear();
  inE164.add(number);
  return number;
}

/**
 * Brings a phone number into E.164 (`+447700900123`), the one form that is stored and looked up.
 *
 * Numbers must be international: without a country there is no telling whose number it is. "Possible" is asked, not
 * "valid": numbers reserved for fiction and newly opened ranges are refused by the metadata's stricter test.
 *
 * @throws FieldwardError BAD_USER_INPUT where it cannot be read as a phone number. @see ITU-T E.164 §6
 */
export function normalisePhone(value: string): string {
  if (inE164.has(value)) return value;
  const number = value.length > 32 ? undefined : parsePhoneNumber(value.trim(), { extract: false });
  if (number?.isPossible() !== true || number.ext !== undefined) {
    throw new FieldwardError(
      "BAD_USER_INPUT",
      "A phone number must be international, such as +44 7700 900123.",
    );
  }
  return remember(number.number);
}

const LONGEST_EMAIL = 320;

function noAddress(): FieldwardError {
  return new FieldwardError("BAD_USER_INPUT", "An e-mail address must look like name@example.com.");
}

/**
 * Brings an e-mail address into the form that look-ups compare: trimmed, NFC, lower case, the domain in ASCII (RFC 5891).
 * Dots and plus tags stay: whether they matter is the receiving server's business.
 *
 * @throws FieldwardError BAD_USER_INPUT where it is no address.
 */
export function normaliseEmail(value: string): string {
  // Asked first: NFC takes the square of a length.
  if (value.length > LONGEST_EMAIL) throw noAddress();
  const [local, domain, ...rest] = value.trim().normalize("NFC").toLowerCase().split("@");
  const ascii = domainToASCII(domain ?? "");
  if (!local || rest.length > 0 || !/^[^\s@]+\.[^\s@]+$/.test(ascii) || /\s/.test(local)) {
    throw noAddress();
  }
  return `${local}@${ascii}`;
}

/**
 * Checks a calendar date in ISO 8601 form, `YYYY-MM-DD`.
 *
 * @throws FieldwardError BAD_USER_INPUT where there is no such day.
 */
export function normaliseBirthDate(value: string): string {
  const day = new Date(`${value}T00:00:00Z`);
  if (
    !/^\d{4}-\d{2}-\d{2}$/.test(value) ||
    Number.isNaN(day.getTime()) ||
    !day.toISOString().startsWith(value)
  ) {
    throw new FieldwardError(
      "BAD_USER_INPUT",
      "A birth date must be a day of the calendar, such as 1990-05-17.",
    );
  }
  return value;
}
