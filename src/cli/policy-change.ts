/** GAINS and LOOSENS let more through, LOSES and TIGHTENS less; of what CHANGES it cannot be told. */
type Direction = "GAINS" | "LOSES" | "LOOSENS" | "TIGHTENS" | "CHANGES";

/** One difference between two policies: `support GAINS Message.body CLEAR (was MASKED)`. */
export interface PolicyChange {
  /** Of whom or what: a role, a scope set, a purpose, a file of settings. */
  readonly of: string;
  readonly direction: Direction;
  readonly what: string;
}

/** Whether a change lets more through than before. What cannot be told is taken for more. */
export function letsMoreThrough({ direction }: PolicyChange): boolean {
  return direction === "GAINS" || direction === "LOOSENS" || direction === "CHANGES";
}

/** A gain where there is more than before, a loss where there is less. */
export function moved(of: string, before: number, after: number, what: string): readonly PolicyChange[] {
  return before === after ? [] : [{ of, direction: after > before ? "GAINS" : "LOSES", what }];
}

/** What is in one list and not in the other, as gains and losses. */
export function listChanges(
  of: string,
  kind: string,
  before: readonly string[],
  after: readonly string[],
): readonly PolicyChange[] {
  const changes = (direction: Direction, names: readonly string[]): PolicyChange[] =>
    names.map((name) => ({ of, direction, what: `${kind} ${name}` }));
  return [
    ...changes(
      "GAINS",
      after.filter((name) => !before.includes(name)),
    ),
    ...changes(
      "LOSES",
      before.filter((name) => !after.includes(name)),
    ),
  ];
}

/** Something that is in two policies under the same name, or in one of them. */
interface Pair<T> {
  readonly name: string;
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/** What is named in one policy or the other, in the order of the newer one. */
export function paired<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): readonly Pair<T>[] {
  const names = new Set([...after.keys(), ...before.keys()]);
  return [...names].map((name) => ({ name, before: before.get(name), after: after.get(name) }));
}
