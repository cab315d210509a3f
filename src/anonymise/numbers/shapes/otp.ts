import type { Candidate } from "../candidates/candidate";
import type { Reading } from "../../reading/reading";
import { bestForm, formsOf, isUpperCase, writtenForm, type Shape } from "./shape";

/** A one-time code: a few digits near a word for it (RFC 4226, section 5.3: six to eight), sometimes letters and digits. */
export const otpShape: Shape = (candidate, reading) =>
  candidate.digits === candidate.compact.length
    ? digitCode(candidate, reading)
    : letterCode(candidate, reading);

const FORMS = formsOf([
  [/^\d{6}$/, 0.36],
  [/^\d{3}-\d{3}$/, 0.42],
  [/^\d{2}-\d{2}-\d{2}$/, 0.36],
  [/^\d{4}$/, 0.3],
  [/^\d{5}$/, 0.3],
  [/^\d{7,8}$/, 0.32],
  [/^\d{4}-\d{4}$/, 0.3],
  [/^(?:\d-){3,7}\d$/, 0.36],
  [/^\d{2}-\d{2}$/, 0.18],
  [/^\d{4}-\d{2}$/, 0.25],
  [/^\d{3}-\d{2}-\d$/, 0.25],
  [/^\d{2}-\d{3}$/, 0.2],
  [/^\d-\d{2}-\d$|^\d-\d{3}$|^\d{3}-\d$|^\d-\d-\d$/, 0.15],
  [/^\d{2,3}$/, 0.05],
  // However it is grouped.
  [/^\d{1,4}(?:-\d{1,4}){1,4}$/, 0.1],
]);

/** "G-123456 is your Google verification code". */
const PREFIXED = 0.7;
/** "Enter 482910": what a word for typing in adds. */
const ENTERED = 0.3;
const YEAR = 0.15;
/** Codes of fewer digits are named as such. */
const FEWEST = 4;
/** What a number to send to, a promotion, and a number cut short take away. */
const SHORT_CODE = 0.3;
const PROMOTED = 0.35;
const CUT = 0.1;

function digitCode(candidate: Candidate, reading: Reading): number | undefined {
  const { compact, digits, grouped, start } = candidate;
  // Even what looks like a year may be one, if a word for it stands beside.
  if (/^(?:19|20)\d\d$/.test(compact)) return YEAR;
  // Most small numbers are counts; to ask each what it is would take as long as all other numbers.
  if (digits < FEWEST && !reading.says("otp") && !reading.says("enter")) return undefined;
  const worth = digits <= 8 ? bestForm(FORMS, grouped) : undefined;
  if (worth === undefined || isRange(candidate, reading)) return undefined;
  const prefixed = digits === 6 && /\bG-$/.test(reading.text.slice(Math.max(0, start - 3), start));
  return prefixed ? PREFIXED : worth + surroundings(candidate, reading);
}

/** What follows "is" or a colon is what the message is about. */
const TOLD = 0.15;
const IS = /^(?:is|es|e|ist|lautet|est|hai|[:=>])$/;

/** "18-21", "2024/25": hours, years. */
const isRange = (candidate: Candidate, reading: Reading): boolean =>
  candidate.digits <= 4 && /^\d+ ?[-/] ?\d+$/.test(writtenForm(candidate, reading));

/** What stands around a code, for and against it. */
function surroundings(candidate: Candidate, reading: Reading): number {
  const told = IS.test(reading.word(candidate.first - 1)) ? TOLD : 0;
  const entered = candidate.digits >= 5 && reading.has(candidate.first - 1, "enter") ? ENTERED : 0;
  const shortCode = isShortCode(candidate, reading) ? SHORT_CODE : 0;
  const promoted = promotes(reading) ? PROMOTED : 0;
  return told + entered - shortCode - promoted - (candidate.whole ? 0 : CUT);
}

/** "text ACT to 62277": what stands after these is where to send to. */
const TOWARDS = /^(?:to|al|au|an|naar|para|p|ao|par|pe)$/;

const isShortCode = ({ compact, first, grouped }: Candidate, reading: Reading): boolean =>
  compact === grouped && TOWARDS.test(reading.word(first - 1));

const LETTER_CODE = /^(?:[A-Z\d]{4,10}|[A-Z\d]{1,6}(?:-[A-Z\d]{1,5}){1,2})$/;
/** A word with a number behind it ("SPRING25") is a promotion's code. */
const PROMOTIONS_CODE = /^[A-Z]{3,}\d{1,4}$/;

function letterCode(candidate: Candidate, reading: Reading): number | undefined {
  const { compact, digits, grouped } = candidate;
  if (compact.length > 10 || compact.length < 4 || !LETTER_CODE.test(grouped)) return undefined;
  const form =
    isUpperCase(writtenForm(candidate, reading)) && digits >= 2 && compact.length >= 5 ? 0.3 : 0.15;
  return form - (PROMOTIONS_CODE.test(compact) ? 0.15 : 0) - (promotes(reading) ? PROMOTED : 0);
}

/** Whether the message promotes something: its codes are for everybody. */
const promotes = (reading: Reading): boolean => reading.saysWithout("promo", "otp");
