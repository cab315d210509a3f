/** WORD letters only, NUMBER digits only, MIXED both, SYMBOL one other character (an emoji counts as several). */
export type TokenKind = "WORD" | "NUMBER" | "MIXED" | "SYMBOL";

/** How a word is written: `NONE` for what has no case, `OTHER` for "iPhone" and "McDonald". */
export type LetterCase = "NONE" | "LOWER" | "TITLE" | "UPPER" | "OTHER";

/** One token of the normalised text; offsets in it, `end` exclusive. `word` is its folded form. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  readonly word: string;
  readonly letterCase: LetterCase;
  /** Whether a blank, or the start of the message, stands before it. */
  readonly afterBlank: boolean;
}

const DIGIT = 1;
const LETTER = 2;
const BLANK = 4;
const MIXED = DIGIT | LETTER;

/** What each ASCII character is; beyond ASCII a regular expression decides. */
const ASCII_CLASS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/\d/.test(character)) return DIGIT;
  if (/[A-Za-z]/.test(character)) return LETTER;
  return /\s/.test(character) ? BLANK : 0;
});

function classOf(text: string, position: number): number {
  const code = text.charCodeAt(position);
  if (code < 128) return ASCII_CLASS[code] ?? 0;
  const character = text.charAt(position);
  // Vowel signs of Indic scripts are marks, not letters.
  if (/[\p{L}\p{M}]/u.test(character)) return LETTER;
  return /\s/.test(character) ? BLANK : 0;
}

function letterCaseOf(text: string, folded: string): LetterCase {
  if (text === folded) return "LOWER";
  const upper = text.toUpperCase();
  if (text === upper) return text.length === 1 ? "TITLE" : "UPPER";
  return text.slice(1) === folded.slice(1) ? "TITLE" : "OTHER";
}

const KINDS: Readonly<Record<number, TokenKind>> = { 0: "SYMBOL", 1: "NUMBER", 2: "WORD", 3: "MIXED" };

/** A number of telephone length with a word written onto it. */
const NUMBER_AND_WORD = /^\d{10,14}(?=(?:\p{L}{2,}|x)$)/u;

/**
 * How many figures of a run are a telephone number by themselves, with the next word written onto it: "07700900123asap". Only where it
 * starts as telephone numbers do, with 0 or +, and nothing is tied on behind: other figures with letters are codes, whole.
 */
function numberAlone(text: string, start: number, end: number): number | undefined {
  const dials = text.charAt(start) === "0" || text.charAt(start - 1) === "+";
  if (!dials || /[-/_]/.test(text.charAt(end))) return undefined;
  return NUMBER_AND_WORD.exec(text.slice(start, end))?.[0].length;
}

/** Where a run of letters and digits ends, and which of the two it has. */
function runFrom(text: string, start: number): { readonly end: number; readonly classes: number } {
  let end = start;
  let classes = 0;
  for (; end < text.length; end++) {
    const next = classOf(text, end);
    if (next !== DIGIT && next !== LETTER) break;
    classes |= next;
  }
  const alone = classes === MIXED ? numberAlone(text, start, end) : undefined;
  return alone === undefined ? { end, classes } : { end: start + alone, classes: DIGIT };
}

/** Cuts the normalised text into tokens, in one pass. */
export function tokenise(text: string, folded: string): Token[] {
  const tokens: Token[] = [];
  let afterBlank = true;
  let position = 0;
  while (position < text.length) {
    const first = classOf(text, position);
    if (first === BLANK) {
      afterBlank = true;
      position++;
      continue;
    }
    const start = position;
    const { end, classes } = first === 0 ? { end: start + 1, classes: 0 } : runFrom(text, start);
    const word = folded.slice(start, end);
    tokens.push({
      kind: KINDS[classes] ?? "SYMBOL",
      start,
      end,
      word,
      letterCase: (classes & LETTER) === 0 ? "NONE" : letterCaseOf(text.slice(start, end), word),
      afterBlank,
    });
    afterBlank = false;
    position = end;
  }
  return tokens;
}
