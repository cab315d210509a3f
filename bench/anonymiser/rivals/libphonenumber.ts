import { findPhoneNumbersInText, type CountryCode } from "libphonenumber-js";
import type { LabelledMessage } from "../corpus";
import type { Rival } from "./rival";

/** It must be told the country of numbers in national form: that of the message's language, which is a help that ours has not. */
const COUNTRIES: Readonly<Record<string, CountryCode>> = {
  en: "GB",
  de: "DE",
  fr: "FR",
  es: "ES",
  pt: "PT",
  it: "IT",
  nl: "NL",
  hi: "IN",
};

/** Finds telephone numbers only. */
export function loadLibphonenumber(): Rival {
  const find = ({ text, lang }: LabelledMessage) => findPhoneNumbersInText(text, COUNTRIES[lang] ?? "GB");
  return {
    name: "libphonenumber-js",
    types: ["PHONE"],
    run: find,
    find: (message) =>
      find(message).map(({ startsAt, endsAt }) => ({ start: startsAt, end: endsAt, type: "PHONE" })),
  };
}
