import type { Span } from "./span";

/** What is known of whom a message is about, which helps to find it there. */
export interface KnownOfSubject {
  /** Names that the gateway knows: the customer's own. The strongest list there is. */
  readonly names: readonly string[];
}

/**
 * Finds personal data in messages. The one that is shipped runs in this process (`SmsDetector`); an ONNX model or a Presidio
 * service can be plugged in by implementing this, and is held to the same time-out.
 */
export interface Detector {
  /** Counts up whenever it finds other things than before: twins made by an older one are made again. */
  readonly version: number;
  /** Spans of personal data by UTF-16 offsets, in the order of the text, without overlaps. */
  detect(message: string, known: KnownOfSubject): readonly Span[] | Promise<readonly Span[]>;
}
