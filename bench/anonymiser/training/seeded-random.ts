/** A number from 0 up to, and without, 1. */
export type Random = () => number;

/** One of a list; undefined if it is empty. */
export const drawn = <Value>(list: readonly Value[], random: Random): Value | undefined =>
  list[Math.floor(random() * list.length)];

/** A linear congruential generator (the constants of ISO C's example): the same training gives the same weights. */
export function seededRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
}
