import type { LabelledMessage } from "./corpus";
import { matchUp, mergeNeighbours, withoutIgnored, type Found, type Matches } from "./matching";

/** Labels and findings counted: of a type, of a language, of all. */
export interface Slice {
  labels: number;
  found: number;
  matched: number;
  /** Characters labelled, without white space, and those of them that nothing covers, whatever its type. */
  characters: number;
  leaked: number;
}

export const emptySlice = (): Slice => ({ labels: 0, found: 0, matched: 0, characters: 0, leaked: 0 });

/** How one message came out; sums of these are the figures. */
export interface MessageScore {
  readonly message: LabelledMessage;
  readonly types: ReadonlyMap<string, Slice>;
  readonly overall: Slice;
  /** As `overall`, where a finding of the wrong type counts too. */
  readonly untyped: Slice;
  readonly personal: boolean;
  /** More than half of some label is uncovered. */
  readonly leaks: boolean;
  /** Findings outside of what is ignored, of any type. */
  readonly findings: number;
  /** Characters neither labelled nor ignored, without white space, and those of them that are covered. */
  readonly plain: number;
  readonly overRedacted: number;
  readonly missed: readonly LabelledMessage["spans"][number][];
  readonly falseAlarms: readonly Found[];
}

/** What a character is in the corpus. */
const Mark = { PLAIN: 0, LABELLED: 1, IGNORED: 2 } as const;

interface Characters {
  readonly marks: Uint8Array;
  readonly covered: Uint8Array;
  /** 1 where the character is no white space. */
  readonly ink: Uint8Array;
}

type Labels = LabelledMessage["spans"];

function readCharacters(
  { text, ignore }: LabelledMessage,
  labels: Labels,
  found: readonly Found[],
): Characters {
  const marks = new Uint8Array(text.length);
  const covered = new Uint8Array(text.length);
  for (const { start, end } of found) covered.fill(1, start, end);
  for (const { start, end } of ignore) marks.fill(Mark.IGNORED, start, end);
  for (const { start, end } of labels) marks.fill(Mark.LABELLED, start, end);
  return {
    marks,
    covered,
    ink: Uint8Array.from({ length: text.length }, (_, i) => (/\s/.test(text.charAt(i)) ? 0 : 1)),
  };
}

/** Characters of one mark, and how many of them are covered. */
function countMarked({ marks, covered, ink }: Characters, mark: number): { all: number; covered: number } {
  const counts = { all: 0, covered: 0 };
  for (const [index, one] of marks.entries()) {
    if (one !== mark || ink[index] === 0) continue;
    counts.all += 1;
    counts.covered += covered[index] ?? 0;
  }
  return counts;
}

function countLabel(
  { covered, ink }: Characters,
  { start, end }: Labels[number],
): { all: number; leaked: number } {
  const counts = { all: 0, leaked: 0 };
  for (let index = start; index < end; index += 1) {
    if (ink[index] === 0) continue;
    counts.all += 1;
    counts.leaked += 1 - (covered[index] ?? 0);
  }
  return counts;
}

function slicesByType(labels: Labels, found: readonly Found[], matches: Matches, characters: Characters) {
  const slices = new Map<string, Slice>();
  const sliceOf = (type: string): Slice => {
    const slice = slices.get(type) ?? emptySlice();
    slices.set(type, slice);
    return slice;
  };
  for (const label of labels) {
    const slice = sliceOf(label.type);
    const { all, leaked } = countLabel(characters, label);
    slice.labels += 1;
    slice.characters += all;
    slice.leaked += leaked;
    if (!matches.labels.has(label)) continue;
    slice.matched += 1;
    // A finding of type ANY counts with the label that it matches.
    slice.found += 1;
  }
  for (const one of found) if (!matches.found.has(one)) sliceOf(one.type).found += 1;
  return slices;
}

/**
 * Scores what was found in one message.
 *
 * @param types Only these are asked for and counted; what leaks is what no finding of any type covers
 */
export function scoreMessage(
  message: LabelledMessage,
  found: readonly Found[],
  types?: ReadonlySet<string>,
): MessageScore {
  const asked = ({ type }: { type: string }): boolean => types?.has(type) ?? true;
  const merged = mergeNeighbours(message, found);
  const counting = withoutIgnored(message, merged);
  const labels = message.spans.filter(asked);
  const relevant = counting.filter(asked);
  const typed = matchUp(labels, relevant, { typed: true });
  const untyped = matchUp(labels, relevant, { typed: false });
  const characters = readCharacters(message, labels, merged);
  const labelled = countMarked(characters, Mark.LABELLED);
  const plain = countMarked(characters, Mark.PLAIN);
  const counts = { labels: labels.length, found: relevant.length };
  const leak = { characters: labelled.all, leaked: labelled.all - labelled.covered };
  return {
    message,
    types: slicesByType(labels, relevant, typed, characters),
    overall: { ...counts, matched: typed.labels.size, ...leak },
    untyped: { ...counts, matched: untyped.labels.size, ...leak },
    personal: message.spans.length > 0,
    leaks: labels.map((label) => countLabel(characters, label)).some(({ all, leaked }) => leaked > all / 2),
    findings: counting.length,
    plain: plain.all,
    overRedacted: plain.covered,
    missed: labels.filter((label) => !typed.labels.has(label)),
    falseAlarms: relevant.filter((one) => !typed.found.has(one)),
  };
}
