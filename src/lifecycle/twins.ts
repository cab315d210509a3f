import { setImmediate as nextTurn } from "node:timers/promises";
import type { Anonymiser } from "../anonymise/anonymiser";
import { serialiseTwin } from "../anonymise/twin";
import type { Customer } from "../domain/customer";
import { FieldwardError } from "../domain/errors";
import type { Pseudonyms } from "../vault/pseudonyms";

/** How many messages a detector is given at once; after them others have their turn. */
const AT_ONCE = 16;

/** The longest text that an envelope takes, in bytes of UTF-8. @see docs/architecture.md */
const LONGEST_TWIN_BYTES = 65_000;

export interface TwinParts {
  readonly anonymiser: Anonymiser;
  readonly pseudonyms: Pseudonyms;
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
  /** Whether it took too long, which may have been this machine's fault: trying again can help. */
  readonly isLate: boolean;
}

/** Fictional. The first text that a detector looks at takes as long as hundreds after it: it must not be a message. */
const FIRST_TEXT = "Hello Amira Novak, call +44 7700 900123 or write to amira@example.org by 12/03.";

/** Makes the anonymised twins of messages. */
export class Twins {
  #warm: Promise<unknown> | undefined;

  constructor(private readonly parts: TwinParts) {}

  /** The version of the detector: twins of an older one are to be made again. */
  get version(): number {
    return this.parts.anonymiser.version;
  }

  /** The twin of each text, in their order. Never fails. */
  async make(orders: readonly TwinOrder[]): Promise<MadeTwin[]> {
    if (orders.length > 0) await (this.#warm ??= this.#warmUp());
    const made: MadeTwin[] = [];
    for (let from = 0; from < orders.length; from += AT_ONCE) {
      if (from > 0) await nextTurn();
      const some = orders.slice(from, from + AT_ONCE);
      made.push(...(await Promise.all(some.map((order) => this.#twinOf(order)))));
    }
    return made;
  }

  #warmUp(): Promise<unknown> {
    const nobody = { ...NOTHING_KNOWN, thread: "", pseudonymise: (source: string) => source };
    return this.parts.anonymiser.anonymise(FIRST_TEXT, nobody);
  }

  async #twinOf({ tenantId, customerId, body, customer }: TwinOrder): Promise<MadeTwin> {
    const { anonymiser, pseudonyms } = this.parts;
    const made = await anonymiser.anonymise(body, {
      ...customer,
      thread: customerId,
      pseudonymise: (source) => pseudonyms.of(tenantId, "content", source),
    });
    if (!("twin" in made)) return { text: null, isLate: made.withheld === "TIMED_OUT" };
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
