import * as at from "stdnum/lib/cjs/at";
import * as au from "stdnum/lib/cjs/au";
import * as be from "stdnum/lib/cjs/be";
import * as br from "stdnum/lib/cjs/br";
import * as ca from "stdnum/lib/cjs/ca";
import * as de from "stdnum/lib/cjs/de";
import * as es from "stdnum/lib/cjs/es";
import * as fr from "stdnum/lib/cjs/fr";
import * as india from "stdnum/lib/cjs/in";
import * as nl from "stdnum/lib/cjs/nl";
import * as pt from "stdnum/lib/cjs/pt";
import * as za from "stdnum/lib/cjs/za";
import type { Candidate } from "../candidates/candidate";
import type { Reading } from "../../reading/reading";
import { anyOf, type Shape } from "./shape";

/** How sure the form alone makes us, and a check of its digits where the country has one. */
interface Form {
  readonly pattern: RegExp;
  readonly worth: number;
  /** Raises its worth if it holds; a wrong digit does not clear a number that a word names. */
  readonly check?: Check;
}

/** A check of the number's own digits. */
type Check = (compact: string) => boolean;

/** What the library has for each kind of number. */
interface Validator {
  readonly validate: (value: string) => { readonly isValid: boolean };
}

/** Holds if one of the checks does: a number of nine figures may be of several countries. */
const valid =
  (...validators: readonly Validator[]): Check =>
  (compact) =>
    validators.some(({ validate }) => validate(compact).isValid);

const FORMS: readonly Form[] = [
  // Great Britain: national insurance AB123456C, NHS 943 476 5919, driving licence
  { pattern: /^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?:-?\d{2}){3}-?[A-D]$/, worth: 0.8 },
  { pattern: /^\d{3}-\d{3}-\d{4}$/, worth: 0.15 },
  { pattern: /^[A-Z9]{5}\d{6}[A-Z9]{2}\d[A-Z]{2}(?:-?\d{2})?$/, worth: 0.8 },
  { pattern: /^[A-Z9]{5}-\d{6}-[A-Z9]{2}\d[A-Z]{2}$/, worth: 0.8 },
  // New Zealand NHI ABC1235
  { pattern: /^[A-HJ-NP-Z]{3}\d{4}$/, worth: 0.15 },
  // Ireland PPS 1234567TW
  { pattern: /^\d{7}-?[A-W][A-IW]?$/, worth: 0.3 },
  // United States 123-45-6789, Canada 123-456-789
  { pattern: /^\d{3}-\d{2}-\d{4}$/, worth: 0.6 },
  { pattern: /^\d{3}-\d{3}-\d{3}$/, worth: 0.22, check: valid(ca.sin, au.tfn, nl.bsn, pt.nif) },
  // Australia Medicare 2951 64781 1
  { pattern: /^[2-6]\d{3}-\d{5}-\d(?:-\d)?$/, worth: 0.6 },
  // India PAN ABCPE1234F, Aadhaar 1234 5678 9012
  { pattern: /^[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]$/, worth: 0.8 },
  { pattern: /^[2-9]\d{3}-\d{4}-\d{4}$/, worth: 0.5, check: valid(india.aadhaar) },
  { pattern: /^[A-Z]{3}\d{7}$/, worth: 0.2 },
  // Spain DNI 12345678Z, NIE X1234567L
  { pattern: /^(?:\d{8}|\d{2}-\d{3}-\d{3})-?[A-HJ-NP-TV-Z]$/, worth: 0.65, check: valid(es.dni) },
  { pattern: /^\d{2}-\d{8}-\d$/, worth: 0.6 },
  { pattern: /^[XYZ]-?\d{7}-?[A-Z]$/, worth: 0.75 },
  // Chile RUT 17.482.093-7; Colombia and Argentina 1.037.604.219
  { pattern: /^\d{1,2}-\d{3}-\d{3}-[\dK]$/, worth: 0.7 },
  { pattern: /^\d{1,2}-\d{3}-\d{3}(?:-\d{3})?$/, worth: 0.45 },
  // Singapore NRIC
  { pattern: /^[STFGM]\d{7}[A-Z]$/, worth: 0.65 },
  // Mexico CURP and RFC
  { pattern: /^[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z\d]\d$/, worth: 0.9 },
  { pattern: /^[A-ZÑ&]{3,4}\d{6}[A-Z\d]{3}$/, worth: 0.6 },
  // Italy codice fiscale
  { pattern: /^[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]$/, worth: 0.95 },
  { pattern: /^[A-Z]{3}-[A-Z]{3}-\d{2}[A-EHLMPRST]\d{2}-[A-Z]\d{3}[A-Z]$/, worth: 0.95 },
  // Brazil CPF 111.444.777-35, CNPJ
  { pattern: /^\d{3}-\d{3}-\d{3}-\d{2}$/, worth: 0.75 },
  { pattern: /^\d{2}-\d{3}-\d{3}-\d{4}-\d{2}$/, worth: 0.4 },
  { pattern: /^\d{2}-\d{3}-\d{3}-[\dX]$/, worth: 0.4 },
  // France: social security 2 85 05 78 006 084 36
  { pattern: /^[1278]-?\d{2}-?(?:0[1-9]|1[0-2])-?\d[\dAB]-?\d{3}-?\d{3}(?:-?\d{2})?$/, worth: 0.75 },
  // Germany: tax identifier 86 095 742 719; social insurance 12 190367 K 006
  { pattern: /^\d{2}-\d{3}-\d{3}-\d{3}$/, worth: 0.55 },
  { pattern: /^\d{2}-?\d{6}-?[A-Z]-?\d{3}$/, worth: 0.7 },
  { pattern: /^[A-Z]\d{9}$/, worth: 0.25 },
  // Austria 1237 010180; Switzerland 756.1234.5678.97
  { pattern: /^\d{4}-(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}$/, worth: 0.3 },
  { pattern: /^756-\d{4}-\d{4}-\d{2}$/, worth: 0.9 },
  { pattern: /^756\d{10}$/, worth: 0.6 },
  // Belgium 85.07.30-033.28
  { pattern: /^\d{2}-(?:0\d|1[0-2])-[0-3]\d-\d{3}-\d{2}$/, worth: 0.85 },
  // South Africa 8001015009087
  { pattern: /^\d{6}-?\d{4}-?\d{2}-?\d$/, worth: 0.45, check: valid(za.idnr) },
  // Written without groups
  { pattern: /^\d{9}$/, worth: 0.22, check: valid(ca.sin, au.tfn, nl.bsn, pt.nif) },
  { pattern: /^\d{11}$/, worth: 0.22, check: valid(br.cpf, de.idnr, be.nn) },
  { pattern: /^\d{10}$/, worth: 0.22, check: valid(at.vnr) },
  { pattern: /^\d{12}$/, worth: 0.22, check: valid(india.aadhaar) },
  { pattern: /^\d{2}-\d{2}-\d{3}-\d{3}-\d{3}$/, worth: 0.5, check: valid(fr.nif) },
];

const ANY = anyOf(FORMS.map(({ pattern }) => pattern));

/** What a check digit that holds adds, where the message speaks of such numbers at all. */
const CHECKED = 0.35;

/** Of a number of no known form, and of one cut short. */
const UNKNOWN_FORM = 0.22;
const CUT = 0.08;

export const nationalIdShape: Shape = (candidate, reading) => {
  const { compact, grouped, whole } = candidate;
  if (!isLikely(candidate, reading)) return undefined;
  const forms = ANY.test(grouped) ? FORMS.filter(({ pattern }) => pattern.test(grouped)) : [];
  const worth = Math.max(UNKNOWN_FORM, ...forms.map((form) => form.worth));
  const check = reading.says("nationalId")
    ? forms.find((form) => form.check !== undefined)?.check
    : undefined;
  return worth + (check?.(compact) === true ? CHECKED : 0) - (whole ? 0 : CUT);
};

function isLikely({ compact: { length }, digits, start }: Candidate, { text }: Reading): boolean {
  return length >= 6 && length <= 20 && digits >= (length >= 8 ? 3 : 5) && text.charAt(start) !== "#";
}
