import { createInterface } from "node:readline";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { z } from "zod";
import { joinParts } from "../anonymise/multipart";
import { SmsDetector } from "../anonymise/sms-detector";
import type { Span } from "../anonymise/span";
import { StartupError } from "../domain/errors";

const id = z.union([z.string(), z.number()]);
/** Names known to be in the message, such as the customer's own. */
const names = z.array(z.string()).default([]);

/** A line of the input: a message, whole or in the parts that it was sent in. */
const message = z.union([
  z.object({ id, text: z.string(), names, parts: z.undefined().optional() }),
  z.object({ id, parts: z.array(z.string()).min(1), names, text: z.undefined().optional() }),
]);

/** What `fieldward anonymise` takes. */
export interface AnonymiseOptions {
  /** Whether each line has the text with types in the place of what was found, too. */
  readonly rendered?: boolean;
}

/** Where the command reads and writes. */
export interface Streams {
  readonly input: Readable;
  readonly output: Writable;
}

/**
 * `fieldward anonymise`: finds personal data in messages. Reads JSON Lines `{id, text}` and writes `{id, spans: [{start, end,
 * type}]}`, offsets in UTF-16 code units; of `{id, parts}` each span names its `part`, from 0. Nothing is stored.
 *
 * @throws StartupError naming the line that is no message, never what is in it
 */
export async function anonymise(options: AnonymiseOptions, streams: Streams): Promise<void> {
  // `once` below is told of it; without a listener it would end the process when nothing waits.
  streams.output.on("error", () => undefined);
  try {
    await copy(options, streams);
  } catch (error) {
    // Whoever reads the other end may have had enough ("| head"): that is no failure.
    if (!(error instanceof Error && "code" in error && error.code === "EPIPE")) throw error;
  }
}

async function copy(options: AnonymiseOptions, { input, output }: Streams): Promise<void> {
  const detector = new SmsDetector();
  let line = 0;
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    line += 1;
    if (text.trim() === "") continue;
    const found = JSON.stringify(findings(detector, parsed(text, line), options));
    // What reads the other end sets the pace.
    if (!output.write(`${found}\n`)) await once(output, "drain");
  }
}

function parsed(text: string, line: number): z.infer<typeof message> {
  try {
    return message.parse(JSON.parse(text.replace(/^\uFEFF/, "")));
  } catch {
    throw new StartupError(
      `Line ${String(line)} is no message: write one JSON object a line, {"id": …, "text": "…"} or {"id": …, "parts": ["…"]}.`,
    );
  }
}

function findings(
  detector: SmsDetector,
  given: z.infer<typeof message>,
  { rendered }: AnonymiseOptions,
): object {
  const { id: of, names: known } = given;
  const { text, partSpans } = joinParts(given.parts ?? [given.text]);
  const spans = detector.detect(text, { names: known });
  return {
    id: of,
    spans: given.parts === undefined ? spans : partSpans(spans),
    ...(rendered === true ? { text: replaced(text, spans) } : {}),
  };
}

function replaced(text: string, spans: readonly Span[]): string {
  let shown = "";
  let from = 0;
  for (const { start, end, type } of spans) {
    shown += `${text.slice(from, start)}[${type}]`;
    from = end;
  }
  return shown + text.slice(from);
}
