import { LANGUAGES } from "../../src/anonymise/languages";
import { CUES, type Cue } from "../../src/anonymise/languages/language";

/** Texts made to be slow to read: one shape, of any length. */
export interface HostileText {
  readonly name: string;
  /** Exactly this many UTF-16 code units. */
  readonly build: (length: number) => string;
}

function repeating(name: string, ...pieces: readonly string[]): HostileText {
  return {
    name,
    build(length) {
      let text = "";
      for (let i = 0; text.length < length; i += 1) text += pieces[i % pieces.length] ?? "";
      return text.slice(0, length);
    },
  };
}

/** Opened to the middle, closed from there on: what a reader that looks for the other end must hold. */
function nested(name: string, open: string, close: string): HostileText {
  return {
    name,
    build(length) {
      const half = Math.floor(length / 2);
      return open.repeat(half).slice(0, half) + close.repeat(length).slice(0, length - half);
    },
  };
}

/** One piece, and at the end what makes it fail: the classic trap of a regular expression that tries again. */
function endingIn(name: string, piece: string, end: string): HostileText {
  return {
    name,
    build: (length) => piece.repeat(length).slice(0, Math.max(0, length - end.length)) + end.slice(0, length),
  };
}

const DIGITS_AND_SEPARATORS: readonly HostileText[] = [
  repeating("digits", "1234567890"),
  repeating("one digit", "0"),
  repeating("digits, then spaces", "1 "),
  repeating("1-1-1-", "1-"),
  repeating("1.1.1.", "1."),
  repeating("1/1/1/", "1/"),
  repeating("1:1:1:", "1:"),
  repeating("groups of four", "4111 "),
  endingIn("digits, then a letter", "7", "x"),
  repeating("+44 (0)", "+44 (0) "),
  repeating("plus signs", "+"),
  repeating("numbers of telephones", "+44 1632 960 318, "),
  repeating("dates", "12/03/1987 "),
  repeating("dates in words", "3rd of March 1987, "),
  repeating("times", "12:30:15 "),
  repeating("coordinates", "51.5074,-0.1278 "),
  repeating("coordinates without end", "51.5074, "),
  repeating("degrees", "51°30'26\"N "),
  repeating("IBAN", "GB29NWBK60161331926819 "),
  repeating("IBAN in groups", "GB29 NWBK 6016 1331 9268 19 "),
  repeating("IBAN without end", "GB29"),
  repeating("postcodes", "SY4 5QX "),
  repeating("plates", "LR22 KWM "),
  repeating("addresses of streets", "14 Tithe Barn Lane, "),
  repeating("IPv4", "192.0.2.1."),
  repeating("IPv6", "2001:db8:"),
  repeating("colons", ":"),
  repeating("hexadecimal", "deadbeef"),
];

const INTERNET: readonly HostileText[] = [
  repeating("a.a.a.", "a."),
  repeating("@@@", "@"),
  repeating("a@a@", "a@"),
  endingIn("a.a.a.@", "a.", "@"),
  repeating("e-mail addresses", "a.b@example.com "),
  repeating("e-mail addresses in words", "ann at example dot com "),
  repeating("dots", "."),
  repeating("URLs", "https://example.com/a?b=c "),
  repeating("https://", "https://"),
  endingIn("one long path", "/a", "?t="),
  repeating("query of one URL", "&a=b"),
  repeating("percent signs", "%20"),
  repeating("JWT", "eyJhbGciOiJub25lIn0."),
  repeating("plus codes", "9C3W9QCJ+2V "),
];

const WORDS: readonly HostileText[] = [
  repeating("letters", "abcdefghij"),
  repeating("one letter", "a"),
  repeating("capitals", "ABCDEFGHIJ"),
  repeating("capital words", "Aaaaa Bbbbb "),
  repeating("names", "Marguerite Ashdown-Pryce "),
  repeating("names with particles", "van der de la "),
  repeating("hyphens", "Ann-"),
  repeating("apostrophes", "O'"),
  repeating("titles", "Mr Mrs Dr "),
  repeating("greetings", "hi Ann, "),
  repeating("codes", "code 480216 is "),
  repeating("spaces", " "),
  repeating("line ends", "\r\n"),
  repeating("mixed", "Ann 01632 960 318 a@b.c 12/3/87 https://e.x/?t=1 SY4 5QX (", ") "),
  nested("brackets", "(", ")"),
  nested("brackets of all kinds", "([{<", ">}])"),
  nested("quotation marks", "“", "”"),
];

const CHARACTERS: readonly HostileText[] = [
  repeating("look-alikes", "Аnnа рауs "),
  repeating("digits of full width", "０１６３２"),
  repeating("combining marks", "e\u0301"),
  repeating("one letter, all marks", "\u0301"),
  repeating("ligatures that unfold", "ﷺ"),
  repeating("emoji", "😀"),
  repeating("families", "👨‍👩‍👧‍👦"),
  repeating("flags", "🇬🇧"),
  repeating("joiners of no width", "1\u200b"),
  repeating("surrogates without partner", "\ud83d"),
  repeating("right to left", "\u202eAnn "),
  repeating("soft hyphens", "An\u00adn "),
];

/** So few that they come round within the shortest text: else a longer one would hold other words, not only more. */
const WORDS_AT_ONCE = 12;

/** Whole words only, then spaces: half a word may be a word of its own, in the text of one length and not of another. */
function repeatingWords(name: string, words: readonly string[]): HostileText {
  return {
    name,
    build(length) {
      let text = "";
      for (let i = 0; ; i += 1) {
        const longer = `${text}${words[i % words.length] ?? ""} `;
        if (longer.length > length) return text.padEnd(length);
        text = longer;
      }
    },
  };
}

/** The words that say what stands beside them, of all languages: some of them alone, and all, a few at once, with a number each to claim. */
function cueWords(cue: Cue): HostileText[] {
  const words = [...new Set(LANGUAGES.flatMap((language) => language[cue] ?? []))];
  const some = words.filter((_, index) => index % Math.ceil(words.length / WORDS_AT_ONCE) === 0);
  const groups = [repeatingWords(`cue words: ${cue}`, some)];
  for (let from = 0; from < words.length; from += WORDS_AT_ONCE) {
    const group = words.slice(from, from + WORDS_AT_ONCE);
    const name = `cue words and numbers: ${cue} from "${group[0] ?? ""}"`;
    groups.push(
      repeatingWords(
        name,
        group.map((word) => `${word} 480216`),
      ),
    );
  }
  return groups;
}

export const HOSTILE_TEXTS: readonly HostileText[] = [
  ...DIGITS_AND_SEPARATORS,
  ...INTERNET,
  ...WORDS,
  ...CHARACTERS,
  ...CUES.flatMap(cueWords),
];
