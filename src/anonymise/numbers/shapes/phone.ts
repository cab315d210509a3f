import { bestForm, formsOf, writtenForm, type Shape } from "./shape";

/**
 * How numbers are written, with how sure the form alone makes us. Groups are joined by "-" whatever stood between them.
 * Own forms instead of libphonenumber: that calls the numbers reserved for fiction invalid, and a wrong guess of the
 * country would let a number through.
 */
const FORMS = formsOf([
  [/^\+(?:\d-?){8,15}$/, 1],
  [/^00-?[1-9](?:\d-?){8,13}$/, 0.8],
  // North America: 303-555-0164, 1-888-555-0105
  [/^1-[2-9]\d{2}-\d{3}-\d{4}$/, 0.95],
  [/^[2-9]\d{2}-[2-9]\d{2}-\d{4}$/, 0.85],
  [/^1[2-9]\d{9}$/, 0.35],
  [/^[2-9]\d{9}$/, 0.3],
  // Trunk prefix 0, in most of Europe, Africa and Australia
  [/^0\d{2,4}-\d{3,4}-\d{3,4}$/, 0.85],
  [/^0\d{2,4}-\d{6,8}$/, 0.75],
  [/^0\d-(?:\d\d-){3}\d\d$/, 0.85],
  [/^0\d-\d{3,4}-\d{3,4}(?:-\d{2,4})?$/, 0.8],
  [/^0\d{2,4}-\d{2,3}-\d{2}-\d{2}(?:-\d{2})?$/, 0.85],
  [/^0\d{2,4}-\d{2,5}-\d{2,5}(?:-\d{2,4})?$/, 0.65],
  [/^0\d-\d{8}$/, 0.8],
  [/^0[1-9]\d{9}$/, 0.8],
  [/^0\d{9,10}$/, 0.7],
  // Great Britain without its plus sign
  [/^44[1-9]\d{9}$/, 0.62],
  [/^0\d{8,11}$/, 0.4],
  [/^0\d{2,5}-\d{4,8}$/, 0.55],
  [/^0-?800-\d{3,4}-\d{3,4}$/, 0.9],
  [/^0-?800-\d{5,8}$/, 0.85],
  // India: 99999 01234 and 9999901234
  [/^[6-9]\d{4}-\d{5}$/, 0.85],
  [/^[6-9]\d{9}$/, 0.35],
  [/^[6-9]\d{3}-\d{3}-\d{3}$/, 0.6],
  // Spain and Portugal: 612 345 678, 612 34 56 78
  [/^[679]\d{2}-\d{3}-\d{3}$/, 0.75],
  [/^[6-9]\d{2}-\d{2}-\d{2}-\d{2}$/, 0.85],
  [/^2\d{2}-\d{3}-\d{3}$/, 0.4],
  [/^[679]\d{8}$/, 0.35],
  [/^9\d-\d{3}-\d{2}-\d{2}$/, 0.75],
  [/^[68]\d-\d{3}-\d{2}-\d{2}$/, 0.5],
  // Brazil: (11) 91234-5678, 11 91234 5678
  [/^[1-9]\d-9\d{4}-\d{4}$/, 0.95],
  [/^[1-9]\d-\d{4}-\d{4}$/, 0.7],
  [/^[1-9]\d-9-\d{4}-\d{4}$/, 0.9],
  [/^9\d{4}-\d{4}$/, 0.55],
  [/^[1-9]\d9\d{8}$/, 0.3],
  [/^[34]00\d-\d{4}$/, 0.7],
  // Italy: 347 123 4567, 347 1234567
  [/^3\d{2}-\d{6,7}$/, 0.75],
  [/^3\d{2}-\d{4}-\d{3}$/, 0.7],
  [/^3\d{2}-\d{3}-\d{4}$/, 0.8],
  [/^\d{3}-\d{3}-\d{4}$/, 0.5],
  [/^[6-9]\d{3}-\d{3}-\d{3}$/, 0.6],
  [/^3\d{2}-\d{2,3}-\d{2}-\d{2,3}$/, 0.75],
  [/^3\d{8,9}$/, 0.3],
  // Latin America: 55 1234 5678, 11 15 1234-5678, 300 123 4567
  [/^\d{2}-15-\d{4}-\d{4}$/, 0.9],
  [/^15-\d{4}-\d{4}$/, 0.7],
  [/^\d{3}-\d{3}-\d{2}-\d{2}$/, 0.75],
  // Australia: 1300 123 456, 13 12 34
  [/^1[38]00-\d{3}-\d{3}$/, 0.85],
  [/^1[38]00-\d{2}-\d{2}-\d{2}$/, 0.85],
  [/^13-\d{2}-\d{2}$/, 0.35],
  // Local numbers
  [/^555-\d{4}$/, 0.6],
  [/^[2-9]\d{2}-\d{4}$/, 0.25],
  [/^[2-9]\d{3}-\d{4}$/, 0.25],
  [/^\d{2}-\d{2}-\d{2}-\d{2}$/, 0.2],
  [/^[2-9]\d{6,7}$/, 0.12],
  [/^\d{3}-\d{2}-\d{2}$/, 0.2],
  [/^\d{6,8}$/, 0],
  [/^\d{3,5}-\d{3,6}(?:-\d{2,4})?$/, 0.15],
  [/^\d{2,4}(?:-\d{2,4}){2,4}$/, 0.2],
]);

/** What a number with brackets gains: hardly anything else is written so. */
const BRACKETED = 0.15;
/** What a number cut short, and one of a single figure, lose. */
const CUT = 0.15;
const ONE_FIGURE = 0.5;

export const phoneShape: Shape = (candidate, reading) => {
  const { compact, digits, grouped, whole } = candidate;
  if (digits < 6 || digits > 15) return undefined;
  // The trunk zero in brackets, "+44 (0)20", is no group of its own.
  const form = grouped.replace(/^(\+\d{1,3})-0-/, "$1-").replace(/^0-/, "0");
  const worth = bestForm(FORMS, form);
  if (worth === undefined) return undefined;
  const bracketed = /^\+?\(?\d{1,4}\)|\(0\)/.test(writtenForm(candidate, reading));
  return (
    worth + (bracketed ? BRACKETED : 0) - (whole ? 0 : CUT) - (/^(\d)\1+$/.test(compact) ? ONE_FIGURE : 0)
  );
};
