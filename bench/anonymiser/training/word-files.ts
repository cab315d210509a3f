import { readdirSync, readFileSync } from "node:fs";
import { normalise } from "../../../src/anonymise/reading/normalise";

const SOURCES = "src/anonymise/lexicon/sources";

export const fold = (word: string): string => normalise(word).folded.trim();

/** The entries of one of our own lists: one a line. */
export function ownList(name: string): string[] {
  return readFileSync(`${SOURCES}/${name}.txt`, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "");
}

/** The names of our own lists that start alike: `given-en`, `given-de`… */
export function listsNamed(prefix: string): string[] {
  return readdirSync(SOURCES)
    .filter((file) => file.startsWith(prefix))
    .map((file) => file.replace(/\.txt$/, ""));
}

/** The entries of lists as `lexicon.json` has them. */
export const entriesOf = (lists: readonly string[]): string[] => lists.flatMap((list) => list.split("|"));

/** Entries as a message is read: without accents, in lower case; those in other scripts are left out. */
export function foldedList(name: string): string[] {
  return ownList(name)
    .map(fold)
    .filter((entry) => /^[a-z0-9][a-z0-9 .'&-]*$/.test(entry));
}
