import type { Reading } from "../../reading/reading";
import type { Candidate } from "./candidate";

const GLUE = /^[-/._·]$/;
const MOST_EXTENSIONS = 5;
/** A plate's or a reference's letters: "KA 05 MJ 4417". */
const MOST_FIRST_LETTERS = 4;
const MOST_LETTERS_BETWEEN = 3;

/** Every code of letters and digits: "GB-7741902", "A-4471 0093 22", "AB 12 34 56 C", "X4T9QK". */
export function codeCandidates(reading: Reading): Candidate[] {
  const candidates: Candidate[] = [];
  for (let index = 0; index < reading.tokens.length;) {
    const end = gluedEnd(reading, index);
    if (reading.token(index).kind !== "SYMBOL") candidates.push(...codesFrom(reading, index, end));
    index = end;
  }
  return candidates;
}

/** Index after the last token glued to one by hyphens, slashes and the like. */
function gluedEnd(reading: Reading, from: number): number {
  let end = from + 1;
  if (reading.token(from).kind === "SYMBOL") return end;
  while (GLUE.test(reading.word(end)) && reading.joins(end)) {
    if (reading.token(end + 1).kind === "SYMBOL") break;
    end += 2;
  }
  return end;
}

/** A code and its longer forms: the groups that follow it after a blank, while they look like parts of a code. */
function codesFrom(reading: Reading, first: number, firstEnd: number): Candidate[] {
  const ends: number[] = [];
  let digits = hasDigits(reading, first, firstEnd);
  if (digits) ends.push(firstEnd);
  if (digits || startsCode(reading, first, firstEnd)) {
    let end = firstEnd;
    for (let count = 0; count < MOST_EXTENSIONS && extendsCode(reading, end); count++) {
      const next = gluedEnd(reading, end);
      digits ||= hasDigits(reading, end, next);
      end = next;
      if (digits) ends.push(end);
    }
  }
  const whole = ends.at(-1);
  return ends
    .filter((end) => !isOfDigitsOnly(reading, first, end))
    .map((end) => codeCandidate(reading, first, end, end === whole));
}

const hasDigit = (reading: Reading, index: number): boolean =>
  /^(?:NUMBER|MIXED)$/.test(reading.token(index).kind);

function hasDigits(reading: Reading, from: number, end: number): boolean {
  for (let index = from; index < end; index++) if (hasDigit(reading, index)) return true;
  return false;
}

/** Groups of digits with blanks between are looked at by `digitCandidates`, unless a "#" says that they are a code. */
function isOfDigitsOnly(reading: Reading, first: number, end: number): boolean {
  if (reading.word(first - 1) === "#") return false;
  for (let index = first; index < end; index++) if (reading.token(index).kind !== "NUMBER") return false;
  return true;
}

/** Letters alone start a code only if they are few and capital. */
function startsCode(reading: Reading, first: number, end: number): boolean {
  return reading.tokens.slice(first, end).every(({ kind, letterCase, word }) => {
    const letters = kind === "WORD" && word.length <= MOST_FIRST_LETTERS;
    const capital = letterCase === "UPPER" || (letterCase === "TITLE" && word.length === 1);
    return kind === "SYMBOL" || (letters && capital);
  });
}

/** Whether a token after one blank goes on the code before it. */
function extendsCode(reading: Reading, index: number): boolean {
  const token = reading.token(index);
  const before = reading.token(index - 1);
  const oneBlank = token.start === before.end + 1 && reading.text.charAt(before.end) === " ";
  if (!oneBlank || before.kind === "SYMBOL" || token.kind === "SYMBOL") return false;
  if (token.kind === "WORD") return isLettersBetween(reading, index);
  if (token.kind === "MIXED" && token.letterCase === "LOWER") return false;
  // "order 12345 10:30", "ref 881 24.50": a time or a price goes on after its first digits.
  return !/^(?:[:.,]\d|%|[hH]\b)/.test(reading.text.slice(token.end, token.end + 2));
}

function isLettersBetween(reading: Reading, index: number): boolean {
  const { letterCase, word } = reading.token(index);
  const short = letterCase !== "LOWER" && word.length <= MOST_LETTERS_BETWEEN;
  return short && (hasDigit(reading, index + 1) || hasDigit(reading, index - 1));
}

function codeCandidate(reading: Reading, first: number, end: number, whole: boolean): Candidate {
  const last = end - 1;
  const { start } = reading.token(first);
  const groups = reading.tokens
    .slice(first, end)
    .filter(({ kind }) => kind !== "SYMBOL")
    .map(({ word }) => word.toUpperCase());
  const compact = groups.join("");
  return {
    start: reading.text.charAt(start - 1) === "#" ? start - 1 : start,
    end: reading.token(last).end,
    first,
    last,
    compact,
    grouped: groups.join("-"),
    digits: compact.replace(/\D/g, "").length,
    whole,
  };
}
