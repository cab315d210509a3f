import type { Anonymiser } from "../anonymise/anonymiser";
import { serialiseTwin } from "../anonymise/twin";
import type { Customer } from "../domain/customer";
import { FieldwardError } from "../domain/errors";
import type { Pseudonyms } from "../vault/pseudonyms";
import { TwinPace } from "./twin-pace";

/** How many messages a detector outside of this process is given at once. */
const AT_ONCE = 16;

/** In bytes of UTF-8: four times the longest message that has a twin. */
const LONGEST_TWIN_BYTES = 16_000;

export interface TwinParts {
  readonly anonymiser: Anonymiser;
  readonly pseudonyms: Pick<Pseudonyms, "of">;
  /** Milliseconds that only go forward. */
  readonly clock: () => number;
}

/** What is known of the customer of a message, which helps to find it in the text. */
export interface KnownCustomer {
  readonly names: readonly string[];
  /** ISO 3166-1 alpha-2, by which national telephone numbers are read. */
  readonly country: string | null;
}

/** Of a customer who is new, or of whom nothing could be opened. */
export const NOTHING_KNOWN: KnownCustomer = { names: [], country: null };

/** A text with whose it is. */
export interface TwinOrder {
  readonly tenantId: string;
  readonly customerId: string;
  readonly body: string;
  readonly customer: KnownCustomer;
}

/** A twin in the form in which it is sealed; null: the text is to be withheld. */
export interface MadeTwin {
  readonly text: string | null;
  /** Whether it is still to come: too slow a machine or a detector that is down is not the text's fault. */
  readonly isLate: boolean;
}

const LATE: MadeTwin = { text: null, isLate: true };

/**
 * Fictional, with something for most recognisers. The first texts that a detector looks at take as long as hundreds after them, on a
 * slow machine longer than a message may take: they must not be messages.
 */
const FIRST_TEXTS = [
  "Hello Amira Novak, call +44 7700 900123 or write to amira@example.org by 12/03.",
  "Your code is 482913. Parcel 00340434161094015902 goes to 12 Green Lane, Leeds LS1 4AB: https://example.org/t?token=k3Jx9QpLm2",
  "Hallo Frau Schulz, IBAN DE89 3704 0044 0532 0130 00, geb. 03.04.1980, Konto 4021337, 20 EUR, Termin am 5. Mai um 14 Uhr",
] as const;
const FIRST_LOOKS = 3;

/** Makes the anonymised twins of messages. */
export class Twins {
  #warm: Promise<void> | undefined;

  constructor(private readonly parts: TwinParts) {}

  /** The version of the detector: twins of an older one are to be made again. */
  get version(): number {
    return this.parts.anonymiser.version;
  }

  /** How fast twins are made, and for how long: those that the budget or the signal cuts off are late. */
  pace(budgetMs: number, signal?: AbortSignal): TwinPace {
    return new TwinPace(this.parts.clock, budgetMs, signal);
  }

  /** The twin of each text, in their order, for as long as it takes or as a pace allows. Never fails. */
  async make(orders: readonly TwinOrder[], pace = this.pace(Infinity)): Promise<MadeTwin[]> {
    if (orders.length === 0) return [];
    await (this.#warm ??= this.#warmUp());
    const made = orders.map(() => LATE);
    const left = orders.entries();
    const work = async (): Promise<void> => {
      for (const [i, order] of left) {
        // Nothing is awaited between this look and the detector's work.
        while (pace.isTurnDue) await pace.turn();
        if (!pace.isOver) made[i] = await this.#twinOf(order);
      }
    };
    pace.begin();
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    pace.end();
    return made;
  }

  async #warmUp(): Promise<void> {
    const nobody = { ...NOTHING_KNOWN, thread: "", pseudonymise: (source: string) => source };
    for (let look = 1; look <= FIRST_LOOKS; look += 1)
      for (const text of FIRST_TEXTS) await this.parts.anonymiser.anonymise(text, nobody);
  }

  async #twinOf({ tenantId, customerId, body, customer }: TwinOrder): Promise<MadeTwin> {
    const { anonymiser, pseudonyms } = this.parts;
    const made = await anonymiser.anonymise(body, {
      ...customer,
      thread: customerId,
      pseudonymise: (source) => pseudonyms.of(tenantId, "content", source),
    });
    if (!("twin" in made)) return { text: null, isLate: made.withheld !== "TOO_LONG" };
    const text = serialiseTwin(made.twin);
    // A text that is nothing but short finds makes a twin many times its length.
    return { text: Buffer.byteLength(text) <= LONGEST_TWIN_BYTES ? text : null, isLate: false };
  }
}

/** What helps to find a customer in a text. A name that cannot be opened is no reason to do without a twin. */
export function knownOf(customer: Customer): KnownCustomer {
  const { country } = customer;
  try {
    const { name } = customer;
    return { names: name === null ? [] : [name], country };
  } catch (error) {
    if (error instanceof FieldwardError) return { names: [], country };
    throw error;
  }
}
