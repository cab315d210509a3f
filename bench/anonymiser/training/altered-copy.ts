import type { PersonalType } from "../../../src/anonymise/span";
import type { LabelledMessage } from "../corpus";

/** A message with something else in the place of what is labelled, so that what is learned is the surroundings. */
export function alteredCopy(
  message: LabelledMessage,
  alter: (written: string, type: PersonalType) => string,
): LabelledMessage {
  const marked = [
    ...message.spans,
    ...message.ignore.map((stretch) => ({ ...stretch, type: undefined })),
  ].sort((a, b) => a.start - b.start);
  let text = "";
  let from = 0;
  const moved = marked.map(({ start: before, end, type }) => {
    text += message.text.slice(from, before);
    const start = text.length;
    const written = message.text.slice(before, end);
    text += type === undefined ? written : alter(written, type);
    from = end;
    return { start, end: text.length, type };
  });
  return {
    ...message,
    text: text + message.text.slice(from),
    spans: moved.flatMap(({ start, end, type }) => (type === undefined ? [] : [{ start, end, type }])),
    ignore: moved.flatMap(({ start, end, type }) => (type === undefined ? [{ start, end }] : [])),
  };
}
