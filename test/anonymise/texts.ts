import fc from "fast-check";
import { LANGUAGES } from "../../src/anonymise/languages";
import { CUES } from "../../src/anonymise/languages/language";

/** Any UTF-16: whole characters of all planes, and surrogates without partner. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.string({ unit: "grapheme", maxLength: 200 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 200 })
    .map((units) => String.fromCharCode(...units)),
);

/** Every word that says what stands beside it, of all languages. */
const CUE_WORDS = [...new Set(LANGUAGES.flatMap((language) => CUES.flatMap((cue) => language[cue] ?? [])))];

export const NAMES = [
  "Sarah",
  "Okonkwo",
  "Lefèvre",
  "O'Brien",
  "van den Berg",
  "May",
  "Ashdown-Pryce",
  "José",
];

const digits = fc.stringMatching(/^\d{1,19}$/);
const marks = fc.constantFrom(...Array.from(" .,:;!?-/()[]@#+*'\"&=%°£€\n\t\u200b\u0301\u00ad😀"));
const forms = fc.constantFrom(
  "4111 1111 1111 1111",
  "GB29 NWBK 6016 1331 9268 19",
  "ann@example.org",
  "020 7946 0958",
  "14/05/1988",
  "203.0.113.7",
  "https://example.org/r?token=a8Zk29Qw",
  "51.5074,-0.1278",
  "AB12 CDE",
  "14 Tithe Barn Lane",
  "AB 12 34 56 C",
  "G-482910",
);

/** Texts made of what a message has: cue words, names, numbers, forms and marks, with and without blanks between them. */
export const lifelikeText: fc.Arbitrary<string> = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom(...CUE_WORDS), fc.constantFrom(...NAMES), digits, marks, forms),
      fc.constantFrom(" ", " ", ""),
    ),
    { maxLength: 25 },
  )
  .map((pieces) => pieces.flat().join(""));
