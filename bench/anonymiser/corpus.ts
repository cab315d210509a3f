import { readFileSync } from "node:fs";
import { z } from "zod";
import { PERSONAL_TYPES } from "../../src/anonymise/span";

const Stretch = z.object({ start: z.number().int().min(0), end: z.number().int() });

const Message = z
  .object({
    id: z.string(),
    lang: z.string(),
    text: z.string(),
    spans: z.array(Stretch.extend({ type: z.enum(PERSONAL_TYPES) })),
    /** What is neither right nor wrong to redact: the last four digits of a card, a sort code. */
    ignore: z.array(Stretch).default([]),
  })
  .refine(({ text, spans, ignore }) =>
    [...spans, ...ignore].every(({ start, end }) => start < end && end <= text.length),
  );

/** A message and what is personal in it, by UTF-16 offsets, `end` exclusive. */
export type LabelledMessage = z.infer<typeof Message>;

/** @throws Error that names the line that is no labelled message */
export function parseCorpus(jsonLines: string): LabelledMessage[] {
  const messages: LabelledMessage[] = [];
  for (const [index, line] of jsonLines.split("\n").entries()) {
    if (line.trim() === "") continue;
    const parsed = Message.safeParse(JSON.parse(line));
    if (!parsed.success)
      throw new Error(`Line ${index + 1} is no labelled message: ${z.prettifyError(parsed.error)}`);
    messages.push(parsed.data);
  }
  return messages;
}

export function readCorpus(file: string): LabelledMessage[] {
  return parseCorpus(readFileSync(file, "utf8"));
}

/** The messages of any text file, one a line; where a line is "label, tab, text", its text. */
export function readLines(file: string): string[] {
  return readFileSync(file, "utf8")
    .split(/\r?\n/)
    .map((line) => line.slice(line.indexOf("\t") + 1))
    .filter((text) => text.trim() !== "");
}
