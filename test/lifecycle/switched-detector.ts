import type { Detector, KnownOfSubject } from "../../src/anonymise/detector";
import { SmsDetector } from "../../src/anonymise/sms-detector";
import type { Span } from "../../src/anonymise/span";

/** What a detector does: its work, finds nothing, finds each character, throws with the message in its error, or does not answer. */
export type DetectorMode = "works" | "blind" | "greedy" | "throws" | "hangs";

/** The detector that is shipped, until it is told to do something else. */
export class SwitchedDetector implements Detector {
  readonly #shipped = new SmsDetector();
  version = 1;
  mode: DetectorMode = "works";
  asked = 0;

  detect(message: string, known: KnownOfSubject): readonly Span[] | Promise<readonly Span[]> {
    this.asked += 1;
    if (this.mode === "throws") throw new Error(message);
    if (this.mode === "hangs") return new Promise(() => undefined);
    if (this.mode === "greedy")
      return Array.from({ length: message.length }, (_, start) => ({ start, end: start + 1, type: "PHONE" }));
    return this.mode === "blind" ? [] : this.#shipped.detect(message, known);
  }
}
