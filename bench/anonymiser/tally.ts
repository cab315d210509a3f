import { emptySlice, type MessageScore, type Slice } from "./message-score";

/** Messages counted. */
interface MessageCounts {
  personal: number;
  leaking: number;
  clean: number;
  cleanHit: number;
  cleanFindings: number;
  plain: number;
  overRedacted: number;
}

/** The sums of some messages' scores. */
export interface Tally {
  readonly types: ReadonlyMap<string, Slice>;
  readonly languages: ReadonlyMap<string, Slice>;
  readonly overall: Slice;
  readonly untyped: Slice;
  readonly messages: MessageCounts;
}

function add(sum: Slice, slice: Slice): void {
  sum.labels += slice.labels;
  sum.found += slice.found;
  sum.matched += slice.matched;
  sum.characters += slice.characters;
  sum.leaked += slice.leaked;
}

function addTo(sums: Map<string, Slice>, key: string, slice: Slice): void {
  let sum = sums.get(key);
  if (sum === undefined) sums.set(key, (sum = emptySlice()));
  add(sum, slice);
}

function countMessage(counts: MessageCounts, score: MessageScore): void {
  counts.plain += score.plain;
  counts.overRedacted += score.overRedacted;
  if (score.personal) {
    counts.personal += 1;
    counts.leaking += score.leaks ? 1 : 0;
    return;
  }
  counts.clean += 1;
  counts.cleanHit += score.findings > 0 ? 1 : 0;
  counts.cleanFindings += score.findings;
}

export function tally(scores: readonly MessageScore[]): Tally {
  const types = new Map<string, Slice>();
  const languages = new Map<string, Slice>();
  const overall = emptySlice();
  const untyped = emptySlice();
  const messages: MessageCounts = {
    personal: 0,
    leaking: 0,
    clean: 0,
    cleanHit: 0,
    cleanFindings: 0,
    plain: 0,
    overRedacted: 0,
  };
  for (const score of scores) {
    for (const [type, slice] of score.types) addTo(types, type, slice);
    addTo(languages, score.message.lang, score.overall);
    add(overall, score.overall);
    add(untyped, score.untyped);
    countMessage(messages, score);
  }
  return { types, languages, overall, untyped, messages };
}

export interface Rates {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** The part of the labelled characters that nothing covers. */
  readonly leak: number;
}

/** A part of a whole; 0 of nothing. */
export const part = (some: number, all: number): number => (all === 0 ? 0 : some / all);

export function ratesOf({ labels, found, matched, characters, leaked }: Slice): Rates {
  const precision = part(matched, found);
  const recall = part(matched, labels);
  return {
    precision,
    recall,
    f1: part(2 * precision * recall, precision + recall),
    leak: part(leaked, characters),
  };
}
