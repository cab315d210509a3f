import type { Cue } from "../languages/language";
import { gradeOf, lexiconBitsOf, Lexicon, languagesOfWord, type Grade } from "../lexicon/lexicon";
import { CUE_BIT, cuesOf, languagesOf } from "./cues";
import { normalise } from "./normalise";
import { tokenise, type Token } from "./tokens";

/** Stands before the first and after the last token, so that neighbours can be asked for without a check. */
const NO_TOKEN: Token = {
  kind: "SYMBOL",
  start: -1,
  end: -1,
  word: "",
  letterCase: "NONE",
  afterBlank: true,
};

const PRICE = /[£$€₹%]|\brs\b|\beur\b|\beuros?\b/;
const ENDS_A_SENTENCE = /^[.!?;|]$/;
/** How many words back, and how many forth, a cue is looked for. */
const REACH_BEFORE = 7;
const REACH_AFTER = 6;
/** What the end of a sentence counts on the way to a cue, in words. */
const SENTENCE = 3;

/** Cues that are parts of names and addresses: a word that has no other may still be one. */
const PARTS_OF_NAMES =
  CUE_BIT.particle |
  CUE_BIT.month |
  CUE_BIT.streetAfter |
  CUE_BIT.streetBefore |
  CUE_BIT.streetPreposition |
  CUE_BIT.unit |
  CUE_BIT.saint;

/** A message as every recogniser sees it: normalised, cut into tokens, each with what it says as a cue and as a word. */
export class Reading {
  readonly text: string;
  readonly folded: string;
  readonly tokens: readonly Token[];
  /** Which languages the message may be in: bits in the order of `LANGUAGES`. */
  readonly languages: number;
  readonly sourceOffset: (position: number) => number;
  readonly #cues: Uint32Array;
  readonly #lexicon: Uint32Array;
  /** Answers of `saysWithout`: it is asked for every candidate. */
  readonly #without = new Map<string, boolean>();
  /** Every cue that stands anywhere in the message. */
  readonly #allCues: number;
  /** How many numbers and codes the message has. */
  readonly numbers: number;
  /** Whether it offers or prices something: then names are those of brands, and codes are for everybody. */
  readonly sells: boolean;

  constructor(message: string) {
    const { text, folded, sourceOffset } = normalise(message);
    this.text = text;
    this.folded = folded;
    this.sourceOffset = sourceOffset;
    this.tokens = tokenise(text, folded);
    this.languages = languagesOf(this.tokens);
    this.#cues = cuesOf(this.tokens, this.languages);
    this.#lexicon = lexiconBitsOf(this.tokens);
    this.#allCues = this.#cues.reduce((all, cues) => all | cues, 0);
    this.numbers = this.tokens.filter(({ kind }) => kind === "NUMBER" || kind === "MIXED").length;
    this.sells = PRICE.test(folded) || this.says("promo");
  }

  /** A token; a symbol without text where there is none. */
  token(index: number): Token {
    return this.tokens[index] ?? NO_TOKEN;
  }

  /** The folded text of a token; empty where there is none. */
  word(index: number): string {
    return this.token(index).word;
  }

  /** `CUE_BIT`s of a token. */
  cues(index: number): number {
    return this.#cues[index] ?? 0;
  }

  has(index: number, cue: Cue): boolean {
    return (this.cues(index) & CUE_BIT[cue]) !== 0;
  }

  /** Whether a cue stands anywhere in the message. */
  says(cue: Cue): boolean {
    return (this.#allCues & CUE_BIT[cue]) !== 0;
  }

  /** Whether a word anywhere in the message says the one and not the other. */
  saysWithout(cue: Cue, other: Cue): boolean {
    if (!this.says(cue)) return false;
    const both = CUE_BIT[cue] | CUE_BIT[other];
    const key = `${cue} ${other}`;
    let found = this.#without.get(key);
    if (found === undefined) {
      found = this.#cues.some((cues) => (cues & both) === CUE_BIT[cue]);
      this.#without.set(key, found);
    }
    return found;
  }

  /** `Lexicon` bits of a token. */
  lexicon(index: number): number {
    return this.#lexicon[index] ?? 0;
  }

  isListed(index: number, list: number): boolean {
    return (this.lexicon(index) & list) !== 0;
  }

  /** Whether a word is a usual one in a language that the message may be in, or says something there. */
  isOrdinary(index: number): boolean {
    const usual = (languagesOfWord(this.lexicon(index)) & this.languages) !== 0;
    return usual || (this.cues(index) & ~PARTS_OF_NAMES) !== 0;
  }

  /** How usual a word is, or in how many lists a name stands. */
  grade(index: number, grade: Grade): number {
    return gradeOf(this.lexicon(index), grade);
  }

  /** Whether a word is written with a capital. */
  isCapital(index: number): boolean {
    const { letterCase } = this.token(index);
    return letterCase === "TITLE" || letterCase === "UPPER" || letterCase === "OTHER";
  }

  /** A given name that is no place: no town, though it stands where one would. */
  isGivenNameOnly(index: number): boolean {
    return this.isListed(index, Lexicon.GIVEN) && !this.isListed(index, Lexicon.PLACE);
  }

  /** Whether a token stands right behind the one before it. */
  isGlued(index: number): boolean {
    const { start, afterBlank } = this.token(index);
    return start >= 0 && !afterBlank;
  }

  /** Whether a token stands between two others without a blank: the hyphen of "Jean-Talon", the dot of "8.20". */
  joins(index: number): boolean {
    return this.isGlued(index) && this.isGlued(index + 1);
  }

  /** The token that holds an offset of the text, or the first one after it; `tokens.length` after the last. */
  tokenAt(offset: number): number {
    let low = 0;
    let high = this.tokens.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.token(middle).end > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Whether a symbol ends a sentence: a mark with a blank after it, and not the dot of "no. 123", "Tel. 030" or "Dr. No". */
  endsSentence(index: number): boolean {
    const { kind, word } = this.token(index);
    if (kind !== "SYMBOL" || !ENDS_A_SENTENCE.test(word)) return false;
    return (
      word !== "." ||
      (index + 1 < this.tokens.length && !this.isGlued(index + 1) && this.word(index - 1).length > 4)
    );
  }

  /** How near the closest of some cues is before a token: 1 beside it, less the further away, 0 if there is none near. */
  cueBefore(index: number, bits: number): number {
    return this.#nearness(index - 1, -1, bits, REACH_BEFORE);
  }

  /** As `cueBefore`, for the tokens from `index` on. */
  cueAfter(index: number, bits: number): number {
    return this.#nearness(index, 1, bits, REACH_AFTER);
  }

  #nearness(from: number, step: 1 | -1, bits: number, reach: number): number {
    if ((this.#allCues & bits) === 0) return 0;
    let distance = 0;
    for (let index = from; index >= 0 && index < this.tokens.length && distance < reach; index += step) {
      if ((this.cues(index) & bits) !== 0) return 1 - distance / (reach + 1);
      if (this.endsSentence(index)) distance += SENTENCE;
      else if (this.token(index).kind !== "SYMBOL") distance++;
    }
    return 0;
  }
}
