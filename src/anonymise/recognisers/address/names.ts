import { Lexicon } from "../../lexicon/lexicon";
import type { Reading } from "../../reading/reading";
import { isMeasure } from "./numbers";

/** Names of streets: which words they are made of, and where they end. */

/** The most words of a street's name. */
export const LONGEST_NAME = 5;
/** In lower case a name is a few words at most. */
const LONGEST_LOWER_NAME = 4;
const LONGEST_ABBREVIATION = 4;
const SHORTEST_LOWER_WORD = 3;

/** Words that stand in no street's name in lower case, though they may follow a number or a kind. */
const NEVER_NAMES = new Set(
  (
    "the a an to on in of for and or at is are was were if my your his her our their this that these it no not with from by as be " +
    "more new next last first second other same way off down up over under about then please pls have has had need want get got go " +
    "going come coming i you we they he she so but just only can will would do did done here there where when what who how all " +
    "some any each per two three four both until till after before since am pm stp svp plz thx ok lol " +
    "a las los el la y o en de del al con por para que es hay mail email sms app web link whatsapp telegram paypal bizum pec fax " +
    "telefono posta skype bonifico zoom heute morgen gestern demain hier oggi domani ieri hoy manana ayer hoje amanha ontem vandaag"
  ).split(" "),
);

export const isNeverName = (reading: Reading, index: number): boolean =>
  NEVER_NAMES.has(reading.word(index)) || isMeasure(reading, index);

/** Whether the dot after a word is that of an abbreviation: "St. Aubyns", "Alc. Muñoz", "Dr. Alves". */
export function isAbbreviation(reading: Reading, index: number): boolean {
  const { kind, word } = reading.token(index);
  return kind === "WORD" && word.length <= LONGEST_ABBREVIATION;
}

/** The last token of a street's name from one on: capitals, with particles between them; in lower case a few words at most. */
export function nameEnd(reading: Reading, from: number, plain: boolean): number {
  let last = from - 1;
  for (let at = from; at < from + LONGEST_NAME + 2; at++) {
    const date = dateEnd(reading, at);
    if (date !== undefined) last = at = date;
    else if (isNameWord(reading, at, from) || (plain && isPlainName(reading, at, from))) last = at;
    else if (!isInsideName(reading, at)) break;
  }
  return last;
}

/** A word of a name: with a capital, or one that is no usual word of the language. */
function isNameWord(reading: Reading, at: number, from: number): boolean {
  const { kind, word } = reading.token(at);
  if (kind !== "WORD") return false;
  if (reading.isCapital(at)) return true;
  const short = word.length < SHORTEST_LOWER_WORD || at - from >= LONGEST_LOWER_NAME;
  return !short && !reading.isOrdinary(at) && !reading.has(at, "particle") && !isNeverName(reading, at);
}

/** "calle mayor", "rue de la gare": the first word of a name, or the first after its particles, may be a usual one. */
function isPlainName(reading: Reading, at: number, from: number): boolean {
  const { kind, word } = reading.token(at);
  const first = at === from || isParticle(reading, at - 1) || reading.word(at - 1) === "'";
  const name = kind === "WORD" && word.length >= SHORTEST_LOWER_WORD && !isNeverName(reading, at);
  return name && first && !isParticle(reading, at);
}

const PARTICLE =
  /^(?:de|du|des|d|l|la|le|les|li|del|della|dello|dei|degli|delle|dell|da|do|das|dos|los|las|el|y|i|e|aux|au|ai|agli|alle|sul|sulla|nel|nella|van|der|den|het|t|of|the|all|alla|sur|sous|en)$/;

/** Short words between the words of a name, in any language. */
export const isParticle = (reading: Reading, index: number): boolean => PARTICLE.test(reading.word(index));

/** Marks and short words that may stand between two words of a name: "Rue de l'Église", "Calle de la Paz". */
function isInsideName(reading: Reading, at: number): boolean {
  const { kind, word } = reading.token(at);
  if (kind === "SYMBOL") {
    return word === "." ? isAbbreviation(reading, at - 1) : /^['-]$/.test(word) && reading.isGlued(at);
  }
  if (kind !== "WORD") return false;
  // "impasse du Four à Chaux"
  if (word === "a") return reading.isCapital(at + 1) && !reading.isListed(at + 1, Lexicon.PLACE);
  return isParticle(reading, at) || reading.has(at, "particle");
}

/** "Rua 25 de Março", "rue du 8 Mai 1945", "Piazza 4 Novembre": the last token of a day in a name. */
function dateEnd(reading: Reading, at: number): number | undefined {
  if (!/^\d{1,2}$/.test(reading.word(at))) return undefined;
  const month = isParticle(reading, at + 1) ? at + 2 : at + 1;
  if (!reading.has(month, "month") && !reading.isListed(month, Lexicon.CALENDAR)) return undefined;
  return /^19\d\d$/.test(reading.word(month + 1)) ? month + 1 : month;
}

const SHORTEST_NAME = 2;

/** Whether some word between two tokens is more than particles and initials: "voie K" has no name. */
export function hasName(reading: Reading, from: number, last: number): boolean {
  for (let at = from; at <= last; at++) {
    const { kind, word } = reading.token(at);
    const long = word.length > SHORTEST_NAME || (word.length === SHORTEST_NAME && reading.isCapital(at));
    if (kind === "WORD" && long && !isParticle(reading, at)) return true;
  }
  return false;
}
