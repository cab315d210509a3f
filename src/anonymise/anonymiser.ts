import type { Detector, KnownOfSubject } from "./detector";
import type { Span } from "./span";
import { surrogateOf, type SubjectOfMessage } from "./surrogates";
import type { Twin } from "./twin";

/** Longer than any message that a phone sends (ten parts have 1,530 characters); what is longer is withheld. */
export const LONGEST_MESSAGE = 4_000;
/** Milliseconds; a message takes a fifteenth of one. */
export const TIME_OUT_MS = 20;

export interface AnonymiserParts {
  readonly detector: Detector;
  /** Milliseconds that only go forward. */
  readonly clock: () => number;
  /** Calls back after so many milliseconds, and answers how to call that off. */
  readonly timer: (ms: number, then: () => void) => () => void;
}

/** Why a message's text is withheld instead of anonymised. */
export type WithholdReason = "TOO_LONG" | "TIMED_OUT" | "FAILED";

/** A message's twin, or why it has none: it is then withheld, never shown. */
export type Anonymised = { readonly twin: Twin } | { readonly withheld: WithholdReason };

/** What one try found; undefined: it took too long. */
interface Try {
  readonly spans: readonly Span[] | undefined;
  readonly tookMs: number;
}

/** Makes twins of messages, and fails closed: what cannot be anonymised is withheld. */
export class Anonymiser {
  constructor(private readonly parts: AnonymiserParts) {}

  /** The version of the detector, which a twin is stored with. */
  get version(): number {
    return this.parts.detector.version;
  }

  async anonymise(message: string, subject: SubjectOfMessage): Promise<Anonymised> {
    if (message.length > LONGEST_MESSAGE) return { withheld: "TOO_LONG" };
    try {
      const first = await this.#detect(message, subject);
      // A pause of this process is not the message's fault: once more, unless it was so late that a second try would be.
      const isLast = first.spans !== undefined || first.tookMs >= 2 * TIME_OUT_MS;
      const { spans } = isLast ? first : await this.#detect(message, subject);
      return spans === undefined ? { withheld: "TIMED_OUT" } : { twin: twinOf(message, spans, subject) };
    } catch {
      // Whatever it was, its text may hold the message: it goes nowhere.
      return { withheld: "FAILED" };
    }
  }

  async #detect(message: string, known: KnownOfSubject): Promise<Try> {
    const { detector, clock, timer } = this.parts;
    const began = clock();
    const found = detector.detect(message, known);
    const spans = found instanceof Promise ? await inTime(found, timer) : found;
    const tookMs = clock() - began;
    return { spans: tookMs > TIME_OUT_MS ? undefined : spans, tookMs };
  }
}

/** What a detector outside of this process finds before its time is over. */
async function inTime(
  found: Promise<readonly Span[]>,
  timer: AnonymiserParts["timer"],
): Promise<readonly Span[] | undefined> {
  let stop = (): void => undefined;
  const over = new Promise<undefined>((resolve) => {
    stop = timer(TIME_OUT_MS, () => {
      resolve(undefined);
    });
  });
  try {
    return await Promise.race([found, over]);
  } finally {
    stop();
  }
}

/** @throws RangeError where spans are out of order, overlap or lie outside of the message */
function twinOf(message: string, spans: readonly Span[], subject: SubjectOfMessage): Twin {
  const twin: Twin[number][] = [];
  let from = 0;
  for (const { start, end, type } of spans) {
    if (!(start >= from && end > start && end <= message.length))
      throw new RangeError("a detector's spans do not fit the message");
    if (start > from) twin.push(message.slice(from, start));
    twin.push(surrogateOf(type, message.slice(start, end), subject));
    from = end;
  }
  if (from < message.length) twin.push(message.slice(from));
  return twin;
}
