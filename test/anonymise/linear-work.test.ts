import { codeCandidates } from "../../src/anonymise/numbers/candidates/code-candidates";
import { digitCandidates } from "../../src/anonymise/numbers/candidates/digit-candidates";
import { LANGUAGES } from "../../src/anonymise/languages";
import { CUES } from "../../src/anonymise/languages/language";
import { recognisePersons } from "../../src/anonymise/person/person";
import { Reading } from "../../src/anonymise/reading/reading";
import { recogniseAddresses } from "../../src/anonymise/recognisers/address/address";
import { recogniseDates } from "../../src/anonymise/recognisers/dates";
import { recogniseEmails } from "../../src/anonymise/recognisers/emails";
import { recogniseGeo } from "../../src/anonymise/recognisers/geo";
import { recogniseIbans } from "../../src/anonymise/recognisers/iban";
import { recogniseLinks } from "../../src/anonymise/recognisers/links";
import { recogniseNumbers } from "../../src/anonymise/numbers/numbers";
import { recogniseQuantities } from "../../src/anonymise/recognisers/quantities";
import { recogniseSpelledPhones } from "../../src/anonymise/recognisers/spelled-phones";
import { claimsBesideNumbers, structuredClaims } from "../../src/anonymise/sms-detector";
import { HOSTILE_TEXTS, type HostileText } from "../../bench/anonymiser/hostile-texts";

const LENGTH = 1_600;

/** The most that any of the texts takes, with room for rules to come: work in proportion to the square is far beyond. */
const MOST_PER_CHARACTER = { looks: 300, digits: 12, codes: 5, claims: 6 };
type Work = typeof MOST_PER_CHARACTER;

/** Counts how often a recogniser looks at a token, which is what its loops do; what regular expressions do is tested apart. */
class CountingReading extends Reading {
  looks = 0;

  override token(index: number): ReturnType<Reading["token"]> {
    this.#count();
    return super.token(index);
  }

  override cues(index: number): number {
    this.#count();
    return super.cues(index);
  }

  override lexicon(index: number): number {
    this.#count();
    return super.lexicon(index);
  }

  /** @throws Error where it is too much, so that a test of what never ends does */
  #count(): void {
    this.looks += 1;
    if (this.looks > 2 * MOST_PER_CHARACTER.looks * (this.text.length + LENGTH))
      throw new Error(`too much work on ${this.text.slice(0, 40)}`);
  }
}

const RECOGNISERS = [
  recogniseAddresses,
  recogniseDates,
  recogniseEmails,
  recogniseGeo,
  recogniseIbans,
  recogniseLinks,
  (reading: Reading) => recogniseNumbers(reading, claimsBesideNumbers(reading)),
  recogniseQuantities,
  recogniseSpelledPhones,
];

function workOf(message: string): Work {
  const reading = new CountingReading(message);
  recognisePersons(reading, structuredClaims(reading));
  const { looks } = reading;
  const claims = RECOGNISERS.reduce((sum, recognise) => sum + recognise(reading).length, 0);
  return {
    looks,
    digits: digitCandidates(reading).length,
    codes: codeCandidates(reading).length,
    claims,
  };
}

/** Words that say something are the same shape however many there are: every tenth group of them stands for all. */
const periodic = HOSTILE_TEXTS.filter(({ name }, index) => !name.startsWith("cue words") || index % 10 === 0);
const ENGLISH = LANGUAGES.find(({ code }) => code === "en");

/** A word that says something once, far before or behind many numbers that look for it. */
const wordsFarAway: readonly HostileText[] = CUES.flatMap((cue) => {
  const word = ` ${ENGLISH?.[cue]?.[0] ?? ""} `;
  const numbers = (length: number): string => "4802169x, ".repeat(length).slice(0, length - word.length);
  return [
    { name: `${cue} and numbers`, build: (length: number) => word + numbers(length) },
    { name: `numbers and ${cue}`, build: (length: number) => numbers(length) + word },
  ];
});
const texts = [...periodic, ...wordsFarAway];
const KINDS = ["looks", "digits", "codes", "claims"] as const;

describe("the work on a hostile text", () => {
  let works: { readonly name: string; readonly short: Work; readonly long: Work }[];
  beforeAll(() => {
    works = texts.map(({ name, build }) => ({
      name,
      short: workOf(build(LENGTH)),
      long: workOf(build(2 * LENGTH)),
    }));
  }, 120_000);

  it.each(KINDS)("has a bound for each character: %s", (kind) => {
    const most = MOST_PER_CHARACTER[kind] * 2 * LENGTH;
    expect(works.filter(({ long }) => long[kind] > most).map(({ name }) => name)).toEqual([]);
  });

  it.each(KINDS)("does not grow for a character as the text does: %s", (kind) => {
    // A step is no growth: at some length the words that tell the language may tip, and names are then weighed or not.
    const step = 10 * LENGTH;
    const grown = works.filter(({ short, long }) => long[kind] > 2.2 * short[kind] + step);
    expect(grown.map(({ name }) => name)).toEqual([]);
  });
});
