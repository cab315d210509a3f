import type { Found } from "../matching";

/** What a library writes in place of what it found. */
export interface Replacement {
  /** The word that it writes. */
  readonly word: string;
  /** The type that it stands for. */
  readonly type: string;
  /** What it can stand for: this tells which alignment is meant where there are several. */
  readonly shape?: RegExp;
}

interface Gap {
  readonly start: number;
  readonly end: number;
  readonly replacement: Replacement;
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** Lays the text that was kept over the original, from left to right, going back where it does not fit. */
class Alignment {
  /** Places from which nothing fits, so that none is tried twice. */
  private readonly dead = new Set<string>();

  constructor(
    private readonly original: string,
    private readonly kept: readonly string[],
    private readonly replacements: readonly Replacement[],
    private readonly shaped: boolean,
  ) {}

  find(): Gap[] | undefined {
    const first = this.kept[0] ?? "";
    return this.original.startsWith(first) ? this.gapsFrom(0, first.length) : undefined;
  }

  private gapsFrom(index: number, start: number): Gap[] | undefined {
    const replacement = this.replacements[index];
    if (replacement === undefined) return start === this.original.length ? [] : undefined;
    const place = `${String(index)} ${String(start)}`;
    if (this.dead.has(place)) return undefined;
    for (const end of this.ends(start, replacement)) {
      const next = this.kept[index + 1] ?? "";
      if (!this.original.startsWith(next, end)) continue;
      const rest = this.gapsFrom(index + 1, end + next.length);
      if (rest !== undefined) return [{ start, end, replacement }, ...rest];
    }
    this.dead.add(place);
    return undefined;
  }

  /** Where the gap may end, the likeliest first: as if the word stood in the original, then the shortest. */
  private *ends(start: number, { word, shape }: Replacement): Generator<number> {
    if (this.original.startsWith(word, start)) yield start + word.length;
    for (let end = start + 1; end <= this.original.length; end += 1) {
      if (!this.shaped || (shape?.test(this.original.slice(start, end)) ?? true)) yield end;
    }
  }
}

/**
 * Derives offsets from a redacted text, for libraries that give none.
 *
 * The redacted text is cut at the words that the library writes; what is between them was kept and must stand in the
 * original in the same order; what lies between the kept pieces there was found. Several ways to lay them are told
 * apart by the shapes of what each word stands for; without a fit they are laid again without shapes. A word that
 * stands in the original itself ("reset your PASSWORD") is no finding.
 *
 * @throws Error where the redacted text is not the original with stretches replaced
 */
export function foundByRedaction(
  original: string,
  redacted: string,
  replacements: readonly Replacement[],
): Found[] {
  const byLength = [...replacements].sort((a, b) => b.word.length - a.word.length);
  const words = new RegExp(byLength.map(({ word }) => escaped(word)).join("|"), "g");
  const written = Array.from(redacted.matchAll(words), ([word]) => byLength.find((one) => one.word === word));
  const inOrder = written.filter((one) => one !== undefined);
  const kept = redacted.split(words);
  const gaps =
    new Alignment(original, kept, inOrder, true).find() ??
    new Alignment(original, kept, inOrder, false).find();
  if (gaps === undefined) throw new Error("the redacted text does not fit the original");
  return gaps
    .filter(({ start, end, replacement }) => original.slice(start, end) !== replacement.word)
    .map(({ start, end, replacement: { type } }) => ({ start, end, type }));
}
