import type { LabelledMessage } from "./corpus";

/**
 * What a detector found, by UTF-16 offsets. Its type may be one that the corpus has not (which covers characters and
 * matches no label) or ANY (which matches every label): other libraries have types of their own.
 */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly type: string;
}

type Label = LabelledMessage["spans"][number];
type Stretch = Pick<Found, "start" | "end">;

const LEAST_OVERLAP = 0.5;
/** What may lie between two findings of one type that are one: "14 High Street" and "Wem", divided by a comma. */
const GLUE = /^[\s,-]{0,2}$/;

const lengthOf = ({ start, end }: Stretch): number => end - start;

function overlapOf(a: Stretch, b: Stretch): number {
  return Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));
}

/** @throws Error where an offset is not one of the message */
function requireInside({ id, text }: LabelledMessage, found: readonly Found[]): void {
  for (const { start, end } of found) {
    if (Number.isInteger(start) && Number.isInteger(end) && start >= 0 && end <= text.length) continue;
    throw new Error(`Message ${id}: found from ${start} to ${end}, where it has ${text.length} characters`);
  }
}

/** The findings in the order of the text, neighbours of one type made one: whether a detector splits an address is its own affair. */
export function mergeNeighbours(message: LabelledMessage, found: readonly Found[]): Found[] {
  requireInside(message, found);
  const sorted = found.filter((one) => lengthOf(one) > 0).sort((a, b) => a.start - b.start || b.end - a.end);
  const merged: Found[] = [];
  for (const one of sorted) {
    const last = merged.at(-1);
    if (
      last?.type === one.type &&
      (one.start <= last.end || GLUE.test(message.text.slice(last.end, one.start)))
    )
      merged[merged.length - 1] = { ...last, end: Math.max(last.end, one.end) };
    else merged.push(one);
  }
  return merged;
}

/** Without those that lie by half or more in a stretch that is neither right nor wrong. */
export function withoutIgnored({ ignore }: LabelledMessage, found: readonly Found[]): Found[] {
  return found.filter(
    (one) => !ignore.some((stretch) => overlapOf(one, stretch) >= LEAST_OVERLAP * lengthOf(one)),
  );
}

export interface Matches {
  readonly labels: ReadonlySet<Label>;
  readonly found: ReadonlySet<Found>;
}

/**
 * Pairs labels with findings, one to one, greatest overlap first.
 *
 * A pair overlaps by half of the longer of the two or more, so that neither redacting half a name nor redacting the whole
 * message for the sake of one counts; with `typed` it is also of one type.
 */
export function matchUp(
  labels: readonly Label[],
  found: readonly Found[],
  { typed }: { typed: boolean },
): Matches {
  const pairs = labels.flatMap((label) =>
    found
      .filter(({ type }) => !typed || type === label.type || type === "ANY")
      .map((one) => ({
        label,
        one,
        overlap: overlapOf(label, one) / Math.max(lengthOf(label), lengthOf(one)),
      })),
  );
  const matched = { labels: new Set<Label>(), found: new Set<Found>() };
  const close = pairs.filter(({ overlap }) => overlap >= LEAST_OVERLAP);
  for (const { label, one } of close.sort((a, b) => b.overlap - a.overlap)) {
    if (matched.labels.has(label) || matched.found.has(one)) continue;
    matched.labels.add(label);
    matched.found.add(one);
  }
  return matched;
}
