import type { Reading } from "../../reading/reading";
import { isFreeStanding, skip, type Core, type Form } from "./core";
import { hasName, isParticle, nameEnd } from "./names";
import { houseNumberEnd, isEndOfNumber, isHouseNumber, numberEnd } from "./numbers";
import { isDoubtfulKind, isKindAfterNumber, isKindBefore, isPlainKind, isUnit } from "./vocabulary";

/** Streets whose kind stands before their name: "Via Garibaldi 45", "12 bis rue des Tilleuls". */

/** "12 bis rue des Tilleuls", "5 Heol y Bryn", "No. 23, Jalan SS 21/37": number, kind, name. */
export const numberKindName: Form = (reading, index) => {
  const number = isEndOfNumber(reading, index) ? undefined : houseNumberEnd(reading, index);
  if (number === undefined) return undefined;
  const kind = skip(reading, number + 1, /^(?:bis|ter|quater|,|[b-d])$/, 2);
  const word = reading.word(kind);
  if (word === "lot" || !isKindAfterNumber(word) || !isKindBefore(reading, kind)) return undefined;
  const from = skip(reading, kind + 1, /^[.]$/, 1);
  const last = MALAY_KINDS.has(word)
    ? malayNameEnd(reading, from)
    : nameEnd(reading, from, isPlainKind(word));
  return hasName(reading, from, last) || MALAY_KINDS.has(word)
    ? { first: index, last, score: 0.85 }
    : undefined;
};

const MALAY_KINDS = new Set(["jalan", "jln", "lorong", "persiaran", "lebuh"]);
const LONGEST_MALAY_NAME = 7;

/** "Jalan SS 21/37", "Jalan 17/1A": names with numbers, up to a comma. */
function malayNameEnd(reading: Reading, from: number): number {
  let last = from - 1;
  for (let at = from; at < from + LONGEST_MALAY_NAME; at++) {
    const { kind, word } = reading.token(at);
    if (kind === "SYMBOL" ? word !== "/" : kind === "WORD" && !reading.isCapital(at)) break;
    last = at;
  }
  return last;
}

const BETWEEN_NAME_AND_NUMBER = /^(?:[,.°-]|no|n|o|num|numero|nr|nro|km|civico)$/;
const MOST_BETWEEN = 5;

/** "Via Garibaldi 45", "Rua das Laranjeiras, 210", "Calle Mayor nº 3": kind, name, number. */
export const kindNameNumber: Form = (reading, index) => {
  if (!isKindBefore(reading, index)) return undefined;
  const kind = kindEnd(reading, index);
  const from = skip(reading, kind + 1, /^[./]$/);
  if (isDoubtfulKind(reading.word(index)) && namesStreet(reading, from)) return undefined;
  const grid = gridNumber(reading, from);
  if (grid !== undefined) return { first: index, last: grid, score: 0.9 };
  const plain = kind > index || isPlainKind(reading.word(index));
  const name = nameEnd(reading, from, plain);
  if (!isNamed(reading, index, from, name)) return undefined;
  const number = numberAfter(reading, name);
  return number === undefined ? undefined : street(reading, index, name, number);
};

/** The last token of a kind: "V.le", "lieu-dit" and "C.so" are several. */
function kindEnd(reading: Reading, index: number): number {
  let last = index;
  if (reading.token(index + 1).kind !== "SYMBOL" || !reading.isGlued(index + 1)) return last;
  while (reading.has(last + 1, "streetBefore") && last < index + MOST_KIND_TOKENS) last++;
  return last;
}

const MOST_KIND_TOKENS = 4;

/** "Condominio di Corso Sebastopoli 211": what is named is a street, whose name starts later. */
function namesStreet(reading: Reading, from: number): boolean {
  const at = isParticle(reading, from) ? from + 1 : from;
  return isPlainKind(reading.word(at)) && isKindBefore(reading, at);
}

/** Whether the words between a kind and a number are a name; "via County Rd 12" is on the way. */
function isNamed(reading: Reading, kind: number, from: number, name: number): boolean {
  if (reading.word(kind) === "via" && reading.has(name, "streetAfter")) return false;
  return hasName(reading, from, name) || isLetterName(reading, kind, from);
}

/** "Rua A, 12" */
const isLetterName = (reading: Reading, kind: number, name: number): boolean =>
  isPlainKind(reading.word(kind)) &&
  reading.isCapital(kind) &&
  /^[a-z]$/.test(reading.word(name)) &&
  reading.isCapital(name) &&
  reading.word(name + 1) === ",";

/** The last token of the number after a street's name; "s/n" is one, too. */
function numberAfter(reading: Reading, name: number): number | undefined {
  const number = skip(reading, name + 1, BETWEEN_NAME_AND_NUMBER, MOST_BETWEEN);
  if (reading.word(number) === "s" && /^[/]$/.test(reading.word(number + 1))) return number + 2;
  if (/^0\d{3}$/.test(reading.word(number)) && reading.isCapital(name)) return numberEnd(reading, number);
  return houseNumberEnd(reading, number);
}

/** Kinds that stand in no sentence with a verb behind them. */
const SURE_KINDS = new Set(
  "rua rue avenida avda av avenue viale vicolo travessa boulevard bd impasse allee chemin quai carrer alameda praca piazza".split(
    " ",
  ),
);

/** In lower case nothing may follow that the number counts: "il corso dura 8 ore" is no street. */
function street(reading: Reading, kind: number, name: number, last: number): Core | undefined {
  const capital = reading.isCapital(name);
  const lettered = !/^\d+$/.test(reading.word(last));
  const sure = reading.isCapital(kind) || SURE_KINDS.has(reading.word(kind)) || lettered;
  if (!capital && !sure && !isPlainStreet(reading, kind, name, last)) return undefined;
  return { first: kind, last, score: capital ? 0.8 : 0.66 };
}

/** Whether "calle mayor 12" in lower case is no part of a sentence. */
function isPlainStreet(reading: Reading, kind: number, name: number, last: number): boolean {
  const single = reading.word(kind).length === 1;
  // "c/", "b.go"
  const marked = reading.word(kind + 1) === "/" || reading.has(kind + 2, "streetBefore");
  if (single && !marked) return false;
  const doubtful = reading.isOrdinary(name) || reading.word(name + 1) === ",";
  return !doubtful || isFreeStanding(reading, last) || isUnit(reading, last + 1);
}

/** Goiânia: "Rua 14, Qd 12 Lt 8", "Rua C-137, Quadra 5"; the last token of the block. */
function quadraEnd(reading: Reading, from: number): number | undefined {
  const name = /^[a-z]$/.test(reading.word(from)) && reading.word(from + 1) === "-" ? from + 2 : from;
  const quadra = skip(reading, name + 1, /^,$/, 1);
  if (!/^\d{1,4}$/.test(reading.word(name)) || !/^(?:qd|quadra|q)$/.test(reading.word(quadra)))
    return undefined;
  const number = skip(reading, quadra + 1, /^[.]$/, 1);
  return /^\d{1,4}[a-z]?$/.test(reading.word(number)) ? number : undefined;
}

const GRID = /^\d{1,3}[a-z]?(?: ?(?:bis|sur|norte|[a-z]))? ?(?:#|n[o°]?\.?) ?\d{1,3}[a-z]? ?-? ?\d{0,3}/i;
const LONGEST_GRID = 30;

/** Colombia: "Calle 45 # 23-10", "Cra 7 No. 71-21"; the last token of the numbers. */
function gridNumber(reading: Reading, from: number): number | undefined {
  const quadra = quadraEnd(reading, from);
  if (quadra !== undefined || !isHouseNumber(reading, from)) return quadra;
  const { start } = reading.token(from);
  const found = GRID.exec(reading.text.slice(start, start + LONGEST_GRID));
  return found ? reading.tokenAt(start + found[0].trimEnd().length - 1) : undefined;
}
