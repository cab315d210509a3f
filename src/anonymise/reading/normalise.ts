/**
 * A message as the recognisers read it: without accents, look-alikes and invisible characters, so that one spelling
 * matches all. Nothing is ever redacted on this copy: `sourceOffset` leads every finding back to the message itself.
 */
export interface NormalisedText {
  /** Upper and lower case as written; mostly ASCII. */
  readonly text: string;
  /** `text` in lower case; the same length. */
  readonly folded: string;
  /** From an offset in `text` to the offset in the message, in UTF-16 code units. */
  readonly sourceOffset: (position: number) => number;
}

/**
 * Characters that show nothing: general categories Cf (soft hyphen, zero-width space and joiners, direction marks, byte-order
 * mark) and Mn (combining accents, variation selectors; their base letter stays). Source: Unicode 16, section 4.5.
 */
const INVISIBLE = /[\p{Cf}\p{Mn}]/u;

/** Letters that NFKD leaves alone but that are read as Latin ones: Latin letters with strokes, then Greek and Cyrillic look-alikes. */
const LOOK_ALIKES = pairs(
  "ßs æa ÆA øo ØO œo ŒO łl ŁL đd ĐD ðd ÐD þt ÞT ıi ħh ŋn ʼ' ’' ‘' ʹ' ´' `' “\" ”\" „\" «\" »\" ‐- ‑- ‒- –- —- −- ․. 。. ⁄/ ∕/",
  "αa βb εe ικ κk νv οo ρp τt υu χx ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX",
  "аa вb еe кk мm нh оo рp сc тt уy хx іi јj ѕs АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ІI ЈJ ЅS",
);

function pairs(...lists: string[]): ReadonlyMap<string, string> {
  const entries = lists
    .flatMap((list) => list.split(" "))
    .map((pair) => [pair.charAt(0), pair.charAt(1)] as const);
  return new Map(entries);
}

/** What each character beyond ASCII is read as; filled as characters are met (there are at most 65,536). */
const readAs = new Map<number, string>();

function plain(character: string): string {
  if (INVISIBLE.test(character)) return "";
  const alike = LOOK_ALIKES.get(character);
  if (alike !== undefined) return alike;
  if (DIGIT.test(character)) return String(digitValue(character.charCodeAt(0)));
  // Compatibility forms (full-width, circled, superscript) and accents fall away; what would become several characters
  // (a ligature, a fraction) stays as it is, so that lengths stay easy.
  const decomposed = character.normalize("NFKD").replace(/\p{Mn}/gu, "");
  return decomposed.length === 1 ? decomposed : character;
}

/** Digits of any script: Arabic, Devanagari, Bengali, full-width… */
const DIGIT = /\p{Nd}/u;

/** Each script has its ten digits in a row, from nought (Unicode 16, section 4.6). */
function digitValue(code: number): number {
  let value = 0;
  while (value < 9 && DIGIT.test(String.fromCharCode(code - value - 1))) value++;
  return value;
}

function readCharacter(text: string, position: number): string {
  const code = text.charCodeAt(position);
  if (code < 0x80) return text.charAt(position);
  let read = readAs.get(code);
  if (read === undefined) {
    read = plain(text.charAt(position));
    readAs.set(code, read);
  }
  return read;
}

/** Lower case without change of length: "İ" would become two characters. */
function lowerCase(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return Array.from({ length: text.length }, (_, index) => {
    const one = text.charAt(index).toLowerCase();
    return one.length === 1 ? one : text.charAt(index);
  }).join("");
}

/** ASCII without digits beside O or l needs no change. */
// eslint-disable-next-line no-control-regex -- the range is all of ASCII
const ASCII = /^[\x00-\x7F]*$/;

const identity = (position: number): number => position;

/** The message as recognisers read it. */
export function normalise(message: string): NormalisedText {
  let text = message;
  let sourceOffset = identity;
  if (!ASCII.test(message)) {
    const offsets: number[] = [];
    text = "";
    for (let position = 0; position < message.length; position++) {
      const read = readCharacter(message, position);
      if (read !== "") offsets.push(position);
      text += read;
    }
    if (text.length !== message.length) {
      // A finding takes the invisible characters (and combining accents) after it with it.
      sourceOffset = (position) => offsets[position] ?? message.length;
    }
  }
  text = digitsForLookAlikes(text);
  return { text, folded: lowerCase(text), sourceOffset };
}

/** A word of digits and of letters that pass for 0 and 1, at least half of them digits: "O7700", "9OO", "l23l". */
const DIGIT_WORD = /(?<![A-Za-z0-9])(?=[OolI]*\d)[\dOolI]{3,}(?![A-Za-z0-9])/g;

function digitsForLookAlikes(text: string): string {
  if (!/\d[OolI]|[OolI]\d/.test(text)) return text;
  return text.replace(DIGIT_WORD, (word) => {
    const digits = word.replace(/[OolI]/g, "").length;
    if (digits === word.length || digits * 2 < word.length) return word;
    return word.replace(/[Oo]/g, "0").replace(/[lI]/g, "1");
  });
}
