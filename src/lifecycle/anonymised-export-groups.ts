/** What an export's rows have in common that somebody outside could know: they are told apart by nothing finer than this. */
export interface CommonFacts {
  readonly direction: string;
  readonly country: string | null;
  readonly language: string | null;
  /** As it is exported, coarse. */
  readonly date: string;
  readonly sender: string | null;
}

/** The name of the group that some facts make. */
export function groupOf({ direction, country, language, date, sender }: CommonFacts): string {
  return JSON.stringify([direction, country, language, date, sender]);
}

/** Of a group that has its customers nothing more is kept. */
const LARGE = "large";

/**
 * Counts the distinct customers of each group, no further than to the smallest number that is let through: memory grows with
 * the number of groups, never with that of messages or customers.
 */
export class CustomerGroups {
  readonly #groups = new Map<string, Set<string> | typeof LARGE>();

  constructor(private readonly smallestGroup: number) {}

  add(group: string, customerId: string): void {
    const known = this.#groups.get(group) ?? new Set();
    if (known === LARGE) return;
    known.add(customerId);
    this.#groups.set(group, known.size >= this.smallestGroup ? LARGE : known);
  }

  /** Whether a group has enough customers. */
  isLarge(group: string): boolean {
    return this.#groups.get(group) === LARGE;
  }

  /** The groups that have too few. */
  small(): readonly string[] {
    return [...this.#groups].filter(([, known]) => known !== LARGE).map(([group]) => group);
  }
}
