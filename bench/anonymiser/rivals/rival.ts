import type { PersonalType } from "../../../src/anonymise/span";
import type { LabelledMessage } from "../corpus";
import type { Found } from "../matching";

/** Another library that finds personal data, made to answer as ours does. */
export interface Rival {
  readonly name: string;
  /** What it looks for: it is also scored on these alone, since one that finds only names is good at that or not. */
  readonly types: readonly PersonalType[];
  /** The work of the library alone, to be timed. */
  run(message: LabelledMessage): unknown;
  find(message: LabelledMessage): readonly Found[] | Promise<readonly Found[]>;
}

/** Loads a package from where the rivals are installed. */
export type LoadPackage = (name: string) => unknown;

/** For a type that the corpus has no label for: what it covers counts as redacted, and it matches nothing. */
export const NO_TYPE_OF_OURS = "OTHER";
/** For a type that says nothing of what was found ("four digits or more"): it matches every label. */
export const ANY_TYPE = "ANY";

/** Without the white space and punctuation around it that some take along ("Ann," is "Ann"): the kind reading. */
export function trimmed(text: string, { start, end, type }: Found): Found {
  const stretch = text.slice(start, end);
  const before = /^[\s,.;:!?]*/.exec(stretch)?.[0].length ?? 0;
  const core = stretch.slice(before).replace(/[\s,.;:!?]+$/, "");
  return { start: start + before, end: start + before + core.length, type };
}
