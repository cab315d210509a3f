import { LANGUAGES } from "../languages";
import { CUES, type Cue, type Language } from "../languages/language";
import { Phrases } from "./phrases";
import type { Token } from "./tokens";

/** One bit a cue, in the order of `CUES`. */
export const CUE_BIT = Object.fromEntries(CUES.map((cue, index) => [cue, 1 << index])) as Readonly<
  Record<Cue, number>
>;

/** Cues that name things and travel between languages ("code", "tracking"); those about persons do not. */
const LOANWORDS = (
  "phone otp enter account nationalId birth plate card tracking promo product shortCode amount month at dot streetBefore streetAfter postBox".split(
    " ",
  ) as Cue[]
).reduce((bits, cue) => bits | CUE_BIT[cue], 0);

const ALL_LANGUAGES = (1 << LANGUAGES.length) - 1;
const ENGLISH = languageBit("en");
const HINDI = languageBit("hi");

export function languageBit(code: string): number {
  return 1 << LANGUAGES.findIndex((language) => language.code === code);
}

/** The entries of a list; "ß" is read as one s, so "strasse" stands for "strase" too. */
export const listed = (list: readonly string[] = []): string[] =>
  list.flatMap((entry) => (entry.includes("ss") ? [entry, entry.replaceAll("ss", "s")] : [entry]));

function compileCues(languages: readonly Language[]): Phrases<readonly number[]> {
  const phrases = new Phrases<readonly number[]>();
  languages.forEach((language, place) => {
    for (const cue of CUES) {
      for (const phrase of listed(language[cue])) {
        phrases.add(phrase, (present) =>
          languages.map((_, index) => (present?.[index] ?? 0) | (index === place ? CUE_BIT[cue] : 0)),
        );
      }
    }
  });
  return phrases;
}

/** The places in `LANGUAGES` of each usual word. */
function compileUsualWords(languages: readonly Language[]): ReadonlyMap<string, readonly number[]> {
  const words = new Map<string, number[]>();
  languages.forEach(({ usual }, place) => {
    for (const word of new Set(usual)) words.set(word, [...(words.get(word) ?? []), place]);
  });
  return words;
}

/** Compiled for the first message: most commands never read one. */
let phrases: Phrases<readonly number[]> | undefined;
let usualWords: ReadonlyMap<string, readonly number[]> | undefined;

/** Below this share of the best language's votes, a language is not taken into account. */
const PLAUSIBLE_SHARE = 0.6;
const FEW = 1.5;

/** Which languages a message may be in, as bits in the order of `LANGUAGES`: by its most usual words, all if it has few. */
export function languagesOf(tokens: readonly Token[]): number {
  const votes = votesOf(tokens);
  const best = Math.max(...votes);
  if (best < FEW) return ALL_LANGUAGES;
  let plausible = 0;
  votes.forEach((vote, place) => {
    if (vote >= best * PLAUSIBLE_SHARE) plausible |= 1 << place;
  });
  // Romanised Hindi is mixed with English, always.
  return (plausible & HINDI) === 0 ? plausible : plausible | ENGLISH;
}

/** For each language, its usual words in a message; one that is usual in several counts for each in part. */
function votesOf(tokens: readonly Token[]): Float64Array {
  const known = (usualWords ??= compileUsualWords(LANGUAGES));
  const votes = new Float64Array(LANGUAGES.length);
  for (const { word } of tokens) {
    const places = known.get(word);
    if (places !== undefined)
      for (const place of places) votes[place] = (votes[place] ?? 0) + 1 / places.length;
  }
  return votes;
}

/** Shorter words mean too much in too many languages to be loanwords, but for English ones ("pin", "otp"). */
const SHORTEST_LOANWORD = 4;

/** What each token says as a cue, in the languages given: bits of `CUE_BIT`. */
export function cuesOf(tokens: readonly Token[], languages: number): Uint32Array {
  const cues = new Uint32Array(tokens.length);
  const known = (phrases ??= compileCues(LANGUAGES));
  for (let index = 0; index < tokens.length;) {
    if (!known.mayStart(tokens[index]?.word ?? "")) {
      index++;
      continue;
    }
    const { bits, length } = cueAt(known, tokens, index, languages);
    for (let at = index; at < index + length; at++) cues[at] = (cues[at] ?? 0) | bits;
    // "promo code" is no code; but "è nata" says nothing of what its words say by themselves.
    index += (bits & LOANWORDS) === 0 ? 1 : length;
  }
  return cues;
}

/** The longest phrase at a token that says something in the languages given. */
function cueAt(
  known: Phrases<readonly number[]>,
  tokens: readonly Token[],
  index: number,
  languages: number,
): { readonly bits: number; readonly length: number } {
  const mayBeLoan = (length: number): boolean =>
    length > 1 || (tokens[index]?.word.length ?? 0) >= SHORTEST_LOANWORD;
  const says = (meanings: readonly number[], length: number): number =>
    bitsIn(meanings, languages, mayBeLoan(length));
  const found = known.at(tokens, index, (meanings, length) => says(meanings, length) !== 0);
  return found ? { bits: says(found.meaning, found.length), length: found.length } : { bits: 0, length: 1 };
}

/** What a phrase means in some languages, and as a loanword from the others if it can be one; English ones always can. */
function bitsIn(meanings: readonly number[], languages: number, mayBeLoan: boolean): number {
  let bits = 0;
  for (let place = 0; place < meanings.length; place++) {
    const meaning = meanings[place] ?? 0;
    if ((languages & (1 << place)) !== 0) bits |= meaning;
    else if (place === 0 || mayBeLoan) bits |= meaning & LOANWORDS;
  }
  return bits;
}
