import type { Reading } from "../../reading/reading";
import type { Claim } from "../../span";
import { headOf } from "./head";
import { postBox, unitPlaces } from "./other-cores";
import { kindNameNumber, numberKindName, numberNameKind } from "./street-words";
import { nameKindNumber, prepositionName } from "./streets-in-one-word";
import { tailOf } from "./tail";

/** The ways that a street and its number are written, surest first. */
const FORMS = [
  postBox,
  numberKindName,
  numberNameKind,
  kindNameNumber,
  nameKindNumber,
  prepositionName,
  unitPlaces,
] as const;

/** What unit, town or postcode beside the street add. */
const MORE_THAN_A_STREET = 0.2;

/** Postal addresses: a street with its house number in each country's order, post boxes, British postcodes alone. */
export function recogniseAddresses(reading: Reading): Claim[] {
  if (!/\d/.test(reading.text)) return [];
  const claims: Claim[] = [];
  reading.tokens.forEach(({ kind }, index) => {
    const claim = kind === "SYMBOL" ? undefined : addressAt(reading, index);
    if (claim) claims.push(claim);
  });
  claims.push(...matches(reading, LONE_POSTCODE, 0.8), ...matches(reading, GLUED_BOX, 0.75));
  return claims;
}

function addressAt(reading: Reading, index: number): Claim | undefined {
  for (const form of FORMS) {
    const core = form(reading, index);
    if (!core) continue;
    const first = headOf(reading, core.first);
    const last = tailOf(reading, core.last);
    const more = last > core.last || first < core.first ? MORE_THAN_A_STREET : 0;
    const { start } = reading.token(first);
    return { start, end: reading.token(last).end, type: "ADDRESS", score: core.score + more };
  }
  return undefined;
}

/** A full British postcode (BS 7666) or an Irish Eircode, alone enough to name a few houses or one. */
const LONE_POSTCODE =
  /(?<![A-Za-z0-9-])(?:[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}|GIR 0AA|[AC-FHKNPRTV-Y]\d[\dW] (?=[A-Z]*\d)[AC-FHKNPRTV-Y\d]{4})(?![A-Za-z0-9-])/g;

/** A post box as senders of advertisements write it, with what follows in one word: "POBox36504W45WQ", "Box334 SK38XH". */
const GLUED_BOX =
  /(?<![A-Za-z])(?:P\.? ?O\.? ?)?(?:BOX|Box|Bx|bx)\.? ?\d{1,6}[A-Za-z0-9]{0,16}(?:[ ,-]{1,2}[A-Z]{1,2}\d{1,2}[A-Z]? ?\d[A-Za-z]{2}(?![A-Za-z0-9]))?/g;

function matches({ text }: Reading, form: RegExp, score: number): Claim[] {
  return Array.from(text.matchAll(form), ({ 0: found, index }) => ({
    start: index,
    end: index + found.length,
    type: "ADDRESS" as const,
    score,
  }));
}
