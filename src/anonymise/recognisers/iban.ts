import { countrySpecs, validateIBAN, ValidationErrorsIBAN } from "ibantools";
import type { Reading } from "../reading/reading";
import type { Token } from "../reading/tokens";
import type { Claim } from "../span";

/** ISO 13616-1: two letters, two check digits, up to 30 letters and digits; the shortest in use has 15. */
const SHORTEST = 15;
const LONGEST = 34;

/** Scores: with a check digit that holds; without, but of the country's length or named as one. */
const VALID = 1.4;
const MISTYPED = 0.9;

/** IBANs in any grouping. */
export function recogniseIbans(reading: Reading): Claim[] {
  const claims: Claim[] = [];
  reading.tokens.forEach((token, index) => {
    const claim = startsIban(token, reading.word(index + 1)) ? ibanFrom(reading, index) : undefined;
    if (claim) claims.push(claim);
  });
  return claims;
}

function startsIban({ kind, letterCase, word }: Token, next: string): boolean {
  if (kind === "MIXED") return /^[a-z]{2}\d{2}/.test(word);
  // "no 1234567890123" is no Norwegian account: apart from its digits a country's code is written in capitals.
  return letterCase === "UPPER" && word.length === 2 && /^\d{2}/.test(next);
}

function ibanFrom(reading: Reading, from: number): Claim | undefined {
  const { start } = reading.token(from);
  const named = /iban\W{0,4}(?:\w{1,8}\W)?$/.test(reading.folded.slice(Math.max(0, start - 16), start));
  let compact = "";
  let likely: Claim | undefined;
  for (let index = from; compact.length < LONGEST; index++) {
    const token = reading.token(index);
    if (token.kind === "SYMBOL") {
      if (!/^[-.]$/.test(token.word)) break;
      continue;
    }
    compact += token.word.toUpperCase();
    if (compact.length < SHORTEST) continue;
    const claim = { start, end: token.end, type: "IBAN" as const };
    if (isIban(compact)) return { ...claim, score: VALID };
    if (isOrdinaryText(token)) break;
    if (named || compact.length === countrySpecs[compact.slice(0, 2)]?.chars)
      likely = { ...claim, score: MISTYPED };
  }
  return likely;
}

/** Valid by ISO 7064 and the country's length; the check that some countries have inside the account is the bank's business. */
const isIban = (compact: string): boolean =>
  validateIBAN(compact).errorCodes.every(
    (code) => code === ValidationErrorsIBAN.WrongAccountBankBranchChecksum,
  );

/** Groups of an IBAN have up to four characters, and letters in them are capital. */
const isOrdinaryText = ({ kind, letterCase, word }: Token): boolean =>
  kind === "WORD" && (letterCase === "LOWER" || word.length > 4);
