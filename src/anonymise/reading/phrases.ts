import { normalise } from "./normalise";
import { tokenise, type Token } from "./tokens";

interface Phrase<Meaning> {
  /** The words after the first. */
  readonly rest: readonly string[];
  meaning: Meaning;
}

/** Words and phrases with a meaning, found in a message by their first word; the longest phrase wins. */
export class Phrases<Meaning> {
  private readonly byFirstWord = new Map<string, Phrase<Meaning>[]>();

  /** Adds a phrase, or changes the meaning of one that is there. */
  add(phrase: string, merge: (present: Meaning | undefined) => Meaning): void {
    const [first, ...rest] = wordsOf(phrase);
    if (first === undefined) return;
    const phrases = this.byFirstWord.get(first) ?? [];
    const present = phrases.find((other) => other.rest.join(" ") === rest.join(" "));
    if (present) present.meaning = merge(present.meaning);
    else phrases.push({ rest, meaning: merge(undefined) });
    phrases.sort((a, b) => b.rest.length - a.rest.length);
    this.byFirstWord.set(first, phrases);
  }

  /** Whether any phrase starts with a word: few do, and the rest need no further look. */
  mayStart(word: string): boolean {
    return this.byFirstWord.has(word);
  }

  /** The longest phrase that starts at a token and counts: how many tokens it takes, and what it means. */
  at(
    tokens: readonly Token[],
    index: number,
    counts: (meaning: Meaning, length: number) => boolean = () => true,
  ): { readonly length: number; readonly meaning: Meaning } | undefined {
    const phrases = this.byFirstWord.get(tokens[index]?.word ?? "");
    const found = phrases?.find(
      ({ rest, meaning }) =>
        rest.every((word, offset) => tokens[index + 1 + offset]?.word === word) &&
        counts(meaning, rest.length + 1),
    );
    return found && { length: found.rest.length + 1, meaning: found.meaning };
  }
}

/** A phrase cut as a message is, so that "d.o.b" and "kunden-nr" match what is read. */
function wordsOf(phrase: string): string[] {
  const { text, folded } = normalise(phrase);
  return tokenise(text, folded).map(({ word }) => word);
}
