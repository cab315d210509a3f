import { LANGUAGES } from "../languages";
import { HINTS, type Hint } from "../languages/language";
import { listed } from "../reading/cues";
import type { Reading } from "../reading/reading";

/** How near a hint stands: 3 up to two words away, 2 up to five, 1 anywhere in the message. */
export type HintNearness = 1 | 2 | 3;

interface Place {
  readonly hint: Hint;
  readonly index: number;
}

/** Compiled for the first number that is met. */
let compiled: ReadonlyMap<string, readonly Hint[]> | undefined;

function compile(): ReadonlyMap<string, readonly Hint[]> {
  const known = new Map<string, Hint[]>();
  for (const { hints } of LANGUAGES) {
    for (const hint of HINTS) {
      for (const word of listed(hints?.[hint])) {
        const present = known.get(word);
        if (present === undefined) known.set(word, [hint]);
        else if (!present.includes(hint)) present.push(hint);
      }
    }
  }
  return known;
}

/** Where the words of a message stand that hint at what a number without a name is. */
export function hintsIn({ tokens }: Reading): readonly Place[] {
  const known = (compiled ??= compile());
  const places: Place[] = [];
  tokens.forEach(({ word }, index) => {
    for (const hint of known.get(word) ?? []) places.push({ hint, index });
  });
  return places;
}

const NEAR = 2;
const NOT_FAR = 5;

/** How near the nearest word of each hint stands to the tokens from `first` to `last`, before or after. */
export function hintsNear(
  places: readonly Place[],
  first: number,
  last: number,
): ReadonlyMap<Hint, HintNearness> {
  const found = new Map<Hint, HintNearness>();
  for (const { hint, index } of places) {
    if (index >= first && index <= last) continue;
    const distance = index < first ? first - index : index - last;
    const nearness = distance <= NEAR ? 3 : distance <= NOT_FAR ? 2 : 1;
    if (nearness > (found.get(hint) ?? 0)) found.set(hint, nearness);
  }
  return found;
}
