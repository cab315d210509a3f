import { drawn, type Random } from "./seeded-random";

/** Sizes of the groups that codes of so many characters are written in, besides one. */
const GROUPINGS: readonly ((length: number) => readonly number[])[] = [
  (length) => [Math.ceil(length / 2), Math.floor(length / 2)],
  (length) => [Math.floor(length / 2), Math.ceil(length / 2)],
  (length) => [3, length - 3],
  (length) => [2, length - 2],
  (length) => [...Array.from({ length: Math.floor(length / 2) }, () => 2), length % 2],
  (length) => [...Array.from({ length: Math.floor(length / 3) }, () => 3), length % 3],
  (length) => Array.from({ length }, () => 1),
];
const SEPARATORS = [" ", "-", " ", "-", "."];
/** How often a code is written without a gap. */
const WHOLE = 0.4;

/** Another code of as many digits and letters, in any order and grouping: of a code no form is usual for long. */
export function otherCode(written: string, random: Random): string {
  const characters = Array.from(written.replace(/[^\p{L}\d]/gu, ""), (character) =>
    otherOf(character, random),
  );
  const shuffled = characters
    .map((character) => ({ character, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ character }) => character)
    .join("");
  return random() < WHOLE ? shuffled : grouped(shuffled, random);
}

const DIGITS = Array.from("0123456789");
const LETTERS = Array.from("abcdefghjkmnpqrstuvwxyz");

function otherOf(character: string, random: Random): string {
  if (/\d/.test(character)) return drawn(DIGITS, random) ?? character;
  const letter = drawn(LETTERS, random) ?? character;
  return character === character.toLowerCase() ? letter : letter.toUpperCase();
}

function grouped(code: string, random: Random): string {
  const sizes = (drawn(GROUPINGS, random)?.(code.length) ?? []).filter((size) => size > 0);
  let from = 0;
  const groups = sizes.map((size) => code.slice(from, (from += size)));
  return groups.join(drawn(SEPARATORS, random));
}
