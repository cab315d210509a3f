import type { Claim } from "./span";

/** Of claims that overlap the one with the higher score stays, then the longer one. In the order of the text. */
export function resolve(claims: readonly Claim[]): Claim[] {
  const ranked = [...claims].sort(
    (a, b) => b.score - a.score || b.end - b.start - (a.end - a.start) || a.start - b.start,
  );
  const length = claims.reduce((most, { end }) => Math.max(most, end), 0);
  // One mark a character: whether a claim is free costs its own length, however many there are.
  const taken = new Uint8Array(length);
  const kept: Claim[] = [];
  for (const claim of ranked) {
    if (claim.end <= claim.start || taken.subarray(claim.start, claim.end).includes(1)) continue;
    taken.fill(1, claim.start, claim.end);
    kept.push(claim);
  }
  return kept.sort((a, b) => a.start - b.start);
}
