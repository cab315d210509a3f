import { bestForm, formsOf, isUpperCase, writtenForm, type Shape } from "./shape";

/**
 * Registration plates as written in each country, groups joined by "-": how sure the form alone makes us. A form that
 * other codes have too needs a word for a vehicle near it.
 */
const FORMS = formsOf([
  // Great Britain AB12 CDE
  [/^[A-Z]{2}\d{2}-[A-Z]{3}$/, 0.9],
  [/^[A-Z]{2}\d{2}[A-Z]{3}$/, 0.55],
  [/^[A-Z]\d{1,3}-?[A-Z]{3}$/, 0.3],
  [/^[A-Z]{3}-?\d{1,3}[A-Z]$/, 0.35],
  // Northern Ireland ABZ 1234
  [/^[A-Z]{1,2}Z-\d{3,4}$/, 0.35],
  // Germany B-KL 4471, HH-XY 902E; Austria W-12345 B; Switzerland ZH 123456
  [/^[A-Z]{1,3}-[A-Z]{1,2}-\d{1,4}[EH]?$/, 0.8],
  [/^[A-Z]{1,3}-[A-Z]{1,2}\d{1,4}[EH]?$/, 0.35],
  [/^[A-Z]{1,2}-\d{2,5}-?[A-Z]{1,2}$/, 0.35],
  [/^(?:AG|AI|AR|BE|BL|BS|FR|GE|GL|GR|JU|LU|NE|NW|OW|SG|SH|SO|SZ|TG|TI|UR|VD|VS|ZG|ZH)-\d{4,6}$/, 0.35],
  // France and Italy AA-123-AA
  [/^[A-Z]{2}-\d{3}-[A-Z]{2}$/, 0.8],
  [/^[A-Z]{2}\d{3}[A-Z]{2}$/, 0.45],
  [/^\d{1,4}-[A-Z]{2,3}-\d{2}$/, 0.3],
  // Spain 1234 ABC
  [/^\d{4}-[B-DF-HJ-NP-TV-Z]{3}$/, 0.6],
  [/^\d{4}[B-DF-HJ-NP-TV-Z]{3}$/, 0.4],
  // Netherlands 12-ABC-3, AB-123-C and the like
  [
    /^(?:\d{1,2}-[A-Z]{2,3}-\d{1,2}|[A-Z]{1,3}-\d{1,3}-[A-Z]{1,2}|\d-[A-Z]{3}-\d{2,3}|[A-Z]{2}-\d{2}-[A-Z]{2}|[A-Z]{2}-[A-Z]{2}-\d{2}|\d{2}-\d{2}-[A-Z]{2}|\d{2}-[A-Z]{2}-[A-Z]{2})$/,
    0.45,
  ],
  [/^[A-Z]-\d{3}-[A-Z]{2}$/, 0.65],
  // Belgium 1-ABC-123
  [/^\d-[A-Z]{3}-\d{3}$/, 0.65],
  // Portugal AA-12-34, 12-AB-34
  [/^[A-Z]{2}-\d{2}-\d{2}$/, 0.55],
  // Brazil ABC1D23, ABC-1234
  [/^[A-Z]{3}\d[A-Z]\d{2}$/, 0.6],
  [/^[A-Z]{3}-\d[A-Z]\d{2}$/, 0.5],
  [/^[A-Z]{3}-?\d{3,4}$/, 0.25],
  // India MH 12 AB 1234
  [/^[A-Z]{2}-\d{1,2}-[A-Z]{1,3}-\d{3,4}$/, 0.85],
  [/^[A-Z]{2}-?\d{1,2}-?[A-Z]{1,3}-?\d{3,4}$/, 0.65],
  [/^DL-?\d{1,2}-?[A-Z]{1,3}-?[A-Z]{0,2}-?\d{4}$/, 0.8],
  // United States, Canada, Australia: 7XYZ204, ABC 1234, 1AB 2CD
  [/^\d[A-Z]{3}\d{3}$/, 0.4],
  [/^[A-Z]{3}-?\d{2,4}[A-Z]{0,2}$/, 0.25],
  [/^[A-Z]{2,3}-\d{2}-[A-Z]{1,2}$/, 0.3],
  [/^\d{3}-?[A-Z]{3}$/, 0.25],
  [/^\d[A-Z]{2}-\d[A-Z]{2}$/, 0.3],
  [/^[A-Z]{4}-?\d{3}$/, 0.2],
  // Ireland 191-D-40772
  [/^\d{2,3}-[A-Z]{1,2}-\d{1,6}$/, 0.65],
  // Argentina AB 123 CD, Mexico ABC-12-34, ABC-123-A, Nigeria KJA-482CX, South Africa HV 28 LK GP
  [/^[A-Z]{2,3}-\d{2,3}-[A-Z]{2}(?:-[A-Z]{2})?$/, 0.45],
  [/^[A-Z]{3}-\d{2}-\d{2}$/, 0.35],
  [/^[A-Z]{3}-\d{3}-?[A-Z]{1,2}$/, 0.4],
  [/^[A-Z]{2}-\d{2}-[A-Z]{2}-GP$/, 0.6],
  [/^[A-Z]{2}-?\d{3}-?\d{3}$/, 0.25],
  // South Africa HJ 52 KW GP, Ghana GR 5528-21, Pakistan LEB-17-6043, Malaysia WVK 3318, Switzerland NE 88 413, Peru 4817-7C
  [/^[A-Z]{2}-\d{2}-[A-Z]{2}-[A-Z]{2}$/, 0.5],
  [/^[A-Z]{2}-\d{3,4}-\d{2}$/, 0.35],
  [/^[A-Z]{3}-\d{2}-\d{3,4}$/, 0.35],
  [/^[A-Z]{3}-\d{1,4}$/, 0.25],
  [/^[A-Z]{2}-\d{1,3}-\d{3}$/, 0.25],
  [/^[A-Z]{2}-?\d{5}$/, 0.25],
  [/^\d{4}-\d[A-Z]$/, 0.2],
  [/^[A-Z]\d{2}-?\d{3}[A-Z]$/, 0.25],
]);

/** What letters in lower case take away. */
const LOWER_CASE = 0.2;

export const plateShape: Shape = (candidate, reading) => {
  const { compact, digits, grouped } = candidate;
  if (compact.length < 4 || compact.length > 10 || digits === 0 || digits === compact.length)
    return undefined;
  const written = writtenForm(candidate, reading);
  const worth = bestForm(FORMS, grouped);
  if (worth === undefined || written.startsWith("#") || written.includes("/")) return undefined;
  return worth - (isUpperCase(written) ? 0 : LOWER_CASE);
};
