import type { PersonalType } from "../../../src/anonymise/span";
import { nameOf } from "./install";
import { foundByRedaction, type Replacement } from "./redacted-text";
import { ANY_TYPE, trimmed, type LoadPackage, type Rival } from "./rival";

interface Redactor {
  redact(text: string): string;
}

const PHONE = { word: "PHONE_NUMBER", type: "PHONE", shape: /^[\dA-Z().+\- ]{7,}$/ };
const EMAIL = { word: "EMAIL_ADDRESS", type: "EMAIL", shape: /^[^\s@]+@\S+$/ };
const CARD = { word: "CREDIT_CARD_NUMBER", type: "CARD", shape: /^\d[\d -]{11,}\d$/ };
const PERSON = { word: "PERSON_NAME", type: "PERSON", shape: /^\D+$/ };
const SSN = { word: "US_SOCIAL_SECURITY_NUMBER", type: "NATIONAL_ID", shape: /^\d{3}\D\d{2}\D\d{4}$/ };

/** Digits and credentials are found without saying what they are: they match every label. */
const REDACT_PII: readonly Replacement[] = [
  ...[PHONE, EMAIL, CARD, PERSON, SSN],
  { word: "STREET_ADDRESS", type: "ADDRESS" },
  { word: "ZIPCODE", type: "ADDRESS", shape: /^\d{5}(-\d{4})?$/ },
  { word: "IP_ADDRESS", type: "IP", shape: /^[\dA-F.:]+$/i },
  { word: "URL", type: "URL_TOKEN", shape: /^\S+$/ },
  { word: "DIGITS", type: ANY_TYPE, shape: /^\d{4,}$/ },
  ...["USERNAME", "PASSWORD", "CREDENTIALS"].map((word) => ({ word, type: ANY_TYPE })),
];

const REDACTPII_NODE: readonly Replacement[] = [PHONE, EMAIL, CARD, PERSON, SSN];

const FIVE_TYPES: readonly PersonalType[] = ["PERSON", "PHONE", "EMAIL", "CARD", "NATIONAL_ID"];

function rivalOf(
  name: string,
  types: readonly PersonalType[],
  redactor: Redactor,
  replacements: readonly Replacement[],
): Rival {
  return {
    name,
    types,
    run: ({ text }) => redactor.redact(text),
    find: ({ text }) =>
      foundByRedaction(text, redactor.redact(text), replacements).map((found) => trimmed(text, found)),
  };
}

/** As it comes: all its rules on. */
export function loadRedactPii(load: LoadPackage): Rival {
  const { SyncRedactor } = load("redact-pii") as { SyncRedactor: new () => Redactor };
  const types: readonly PersonalType[] = [...FIVE_TYPES, "ADDRESS", "IP", "URL_TOKEN"];
  return rivalOf(nameOf("redact-pii"), types, new SyncRedactor(), REDACT_PII);
}

/** As it comes; without an API key it sends nothing anywhere. */
export function loadRedactpiiNode(load: LoadPackage): Rival {
  const { Redactor } = load("@redactpii/node") as { Redactor: new () => Redactor };
  return rivalOf(nameOf("@redactpii/node"), FIVE_TYPES, new Redactor(), REDACTPII_NODE);
}
