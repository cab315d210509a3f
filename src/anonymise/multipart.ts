import type { Span } from "./span";

/** A span within one part of a message. */
export interface PartSpan extends Span {
  /** From 0. */
  readonly part: number;
}

/** Parts of a long message joined, since what is personal may lie across their border, and the way back. */
export function joinParts(parts: readonly string[]): {
  text: string;
  readonly partSpans: (spans: readonly Span[]) => PartSpan[];
} {
  const starts: number[] = [];
  let length = 0;
  for (const part of parts) {
    starts.push(length);
    length += part.length;
  }
  const within = ({ start, end, type }: Span): PartSpan[] =>
    parts.flatMap((text, part) => {
      const from = Math.max(start - (starts[part] ?? 0), 0);
      const to = Math.min(end - (starts[part] ?? 0), text.length);
      return to > from ? [{ part, start: from, end: to, type }] : [];
    });
  return { text: parts.join(""), partSpans: (spans) => spans.flatMap(within) };
}
