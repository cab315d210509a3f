import type { Detector, KnownOfSubject } from "./detector";
import { recogniseKnownNames } from "./known-names";
import { recognisePersons } from "./person/person";
import { Reading } from "./reading/reading";
import { recogniseAddresses } from "./recognisers/address/address";
import { recogniseDates } from "./recognisers/dates";
import { recogniseEmails } from "./recognisers/emails";
import { recogniseGeo } from "./recognisers/geo";
import { recogniseIbans } from "./recognisers/iban";
import { recogniseLinks } from "./recognisers/links";
import { recogniseNumbers } from "./numbers/numbers";
import { recognisePasswords } from "./recognisers/passwords";
import { recogniseQuantities } from "./recognisers/quantities";
import { recogniseSpelledPhones } from "./recognisers/spelled-phones";
import { resolve } from "./resolve";
import type { Claim, Span } from "./span";

/** What is structured, but the numbers that are known by what stands around them. */
export function claimsBesideNumbers(reading: Reading): Claim[] {
  return [
    ...recogniseEmails(reading),
    ...recogniseLinks(reading),
    ...recogniseIbans(reading),
    ...recogniseGeo(reading),
    ...recogniseQuantities(reading),
    ...recogniseDates(reading),
    ...recogniseSpelledPhones(reading),
    ...recognisePasswords(reading),
    ...recogniseAddresses(reading),
  ];
}

/** Everything but names, which are looked for in what is left; without overlaps, in the order of the text. */
export function structuredClaims(reading: Reading): Claim[] {
  const beside = claimsBesideNumbers(reading);
  return resolve([...beside, ...recogniseNumbers(reading, beside)]);
}

const NOTHING_KNOWN: KnownOfSubject = { names: [] };

/**
 * Finds personal data in text messages, in this process and in time linear in their length: read, claim what is structured
 * (with what is harmless), then names in what is left; of claims that overlap the surer stays.
 */
export class SmsDetector implements Detector {
  readonly version = 2;

  detect(message: string, { names }: KnownOfSubject = NOTHING_KNOWN): Span[] {
    const reading = new Reading(message);
    const structured = structuredClaims(reading);
    const persons = recognisePersons(reading, structured);
    const found = resolve([...structured, ...persons]).filter(({ type }) => type !== "HARMLESS");
    // A known name adds to what is found and never takes of it: "ann@…" stays an address when Ann is known.
    const sure = found.map((claim) => ({ ...claim, score: Infinity }));
    const spans: Span[] = [];
    for (const { start, end, type } of resolve([...sure, ...recogniseKnownNames(reading, names)])) {
      if (type !== "HARMLESS")
        spans.push({ start: reading.sourceOffset(start), end: reading.sourceOffset(end), type });
    }
    return spans;
  }
}
