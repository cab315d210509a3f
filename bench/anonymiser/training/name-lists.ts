import { allLocales } from "@faker-js/faker";
import { fold, listsNamed, ownList } from "./word-files";

/** Given names and surnames: our own lists, and those of every locale of Faker (MIT), names of other scripts left out. */

/** Parts of names that say nothing alone. */
const PARTICLES = new Set(
  "de del della di van von der den al el bin la le du da dos das ten ter te st mac abu".split(" "),
);

/** "Marie-Claire", "Dela Cruz", "O'Brien" word by word. */
function parts(names: readonly string[]): Set<string> {
  // Cyrillic and Greek letters would be read as the Latin ones they look like.
  const latin = names.filter((name) => !/[^\p{Script=Latin}\p{M} .'’ʼ‘-]/u.test(name));
  const words = latin.flatMap((name) => fold(name).split(/[ '-]/));
  return new Set(words.filter((word) => /^[a-z]{2,}$/.test(word) && !PARTICLES.has(word)));
}

/** Every text anywhere in a value: Faker's lists are nested by sex, and some weigh their entries. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return "value" in value ? textsIn(value.value) : Object.values(value).flatMap(textsIn);
}

const locales = Object.values(allLocales);
const givenSources = [
  ...listsNamed("given-").map(ownList),
  ...locales.map(({ person }) => textsIn(person?.first_name)),
].map(parts);
const surnameSources = [
  ...listsNamed("surnames-").map(ownList),
  ...locales.map(({ person }) => textsIn(person?.last_name)),
].map(parts);

export const givenNames: ReadonlySet<string> = new Set(givenSources.flatMap((names) => [...names]));

/** Names by the number of lists they are in: those in `fewest[0]` up to `fewest[1]` lists first. */
function graded(sources: readonly ReadonlySet<string>[], fewest: readonly number[]): string[][] {
  const counts = new Map<string, number>();
  for (const names of sources) for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return fewest.map((from, place) => {
    const upTo = fewest[place + 1] ?? Infinity;
    return [...counts].filter(([, count]) => count >= from && count < upTo).map(([name]) => name);
  });
}

/** As `GIVEN_SPREAD` and `SURNAME_SPREAD` of the lexicon grade them. */
export const givenBySpread = (): string[][] => graded(givenSources, [1, 2, 3, 5, 9]);
export const surnamesBySpread = (): string[][] => graded(surnameSources, [1, 2, 3]);
