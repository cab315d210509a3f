import { getCountries, getCountryCallingCode } from "libphonenumber-js/max";

/** What stands where a text may not be shown, not even in part. */
export const WITHHELD = "[withheld]";

const callingCodes: ReadonlySet<string> = new Set(
  getCountries().map((country) => getCountryCallingCode(country)),
);

function callingCode(digits: string): string {
  // Calling codes are prefix-free (ITU-T E.164 Annex A), so the first length that matches is the only one.
  return [1, 2, 3].map((length) => digits.slice(0, length)).find((prefix) => callingCodes.has(prefix)) ?? "";
}

/** `+447700900123` → `+44 ••• 23`: the country and the last two digits, and not how long the number is. */
export function maskPhone(value: string): string {
  return `+${callingCode(value.slice(1))} ••• ${value.slice(-2)}`;
}

/** `amira.novak@example.org` → `a•••@•••.org`: the host name can identify a person as well as the mailbox can. */
export function maskEmail(value: string): string {
  const [local = "", domain = ""] = value.split("@");
  return `${Array.from(local)[0] ?? ""}•••@•••${domain.slice(domain.lastIndexOf("."))}`;
}

/** The first letter of a word; of a word that is one letter long, not even that. */
function initial(word: string): string {
  const [first, ...rest] = Array.from(word);
  if (first === undefined) return "";
  return rest.length === 0 ? "•." : `${first}.`;
}

/** `Amira Novak` → `A. N.` */
export function maskName(value: string): string {
  return value.trim().split(/\s+/).map(initial).join(" ");
}

/** `1990-05-17` → `1990-••-••`: the year is enough to tell a child from an adult. */
export function maskBirthDate(value: string): string {
  return `${value.slice(0, 4)}-••-••`;
}

/** Free text cannot be shown in part: any part of it may be the personal one. */
export function withhold(): string {
  return WITHHELD;
}
