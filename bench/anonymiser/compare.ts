import { PERSONAL_TYPES } from "../../src/anonymise/span";
import { report } from "../progress";
import { formatColumns } from "../vault-bars";
import type { LabelledMessage } from "./corpus";
import type { Found } from "./matching";
import { scoreMessage } from "./message-score";
import { loadCompromise } from "./rivals/compromise";
import { installRivals } from "./rivals/install";
import { loadLibphonenumber } from "./rivals/libphonenumber";
import { loadNarrowOpenRedaction, loadOpenRedaction } from "./rivals/openredaction";
import { loadRedactPii, loadRedactpiiNode } from "./rivals/redactors";
import type { LoadPackage, Rival } from "./rivals/rival";
import { percent } from "./score-table";
import { measureThroughput } from "./speed";
import { part, ratesOf, tally } from "./tally";

interface Figures {
  readonly f1: number;
  /** A finding of the wrong type counts too. */
  readonly untypedF1: number;
  /** On the labels and findings of the types that the library looks for. */
  readonly ownTypesF1: number;
  readonly leak: number;
  readonly cleanHit: number;
  readonly overRedaction: number;
  readonly perSecond: number;
}

export type ComparisonRow =
  { readonly name: string; readonly figures: Figures } | { readonly name: string; readonly failure: string };

const LOADERS: readonly (readonly [string, (load: LoadPackage) => Rival])[] = [
  ["redact-pii", loadRedactPii],
  ["openredaction", loadOpenRedaction],
  ["openredaction, our types only", loadNarrowOpenRedaction],
  ["@redactpii/node", loadRedactpiiNode],
  ["compromise", loadCompromise],
  ["libphonenumber-js", loadLibphonenumber],
];

async function measure(rival: Rival, messages: readonly LabelledMessage[]): Promise<Figures> {
  const found: (readonly Found[])[] = [];
  for (const message of messages) found.push(await rival.find(message));
  const scored = (types?: ReadonlySet<string>) =>
    tally(messages.map((message, index) => scoreMessage(message, found[index] ?? [], types)));
  const all = scored();
  const plan = { warmUpMs: 500, measureMs: 2_000, now: () => performance.now() };
  return {
    f1: ratesOf(all.overall).f1,
    untypedF1: ratesOf(all.untyped).f1,
    ownTypesF1: ratesOf(scored(new Set(rival.types)).overall).f1,
    leak: ratesOf(all.overall).leak,
    cleanHit: part(all.messages.cleanHit, all.messages.clean),
    overRedaction: part(all.messages.overRedacted, all.messages.plain),
    perSecond: await measureThroughput(messages, (message) => rival.run(message), plan),
  };
}

async function rowOf(
  name: string,
  load: () => Rival,
  messages: readonly LabelledMessage[],
): Promise<ComparisonRow> {
  report(`${name} ...`);
  try {
    const rival = load();
    return { name: rival.name, figures: await measure(rival, messages) };
  } catch (error) {
    return { name, failure: error instanceof Error ? error.message : String(error) };
  }
}

/** Ours first, then the others, each on every message of the corpus in this one run. */
export async function compareAll(
  messages: readonly LabelledMessage[],
  detect: (text: string) => readonly Found[],
): Promise<ComparisonRow[]> {
  const load = await installRivals();
  const find = ({ text }: LabelledMessage): readonly Found[] => detect(text);
  const ours: Rival = { name: "Fieldward", types: PERSONAL_TYPES, run: find, find };
  const rows = [await rowOf(ours.name, () => ours, messages)];
  for (const [name, loadRival] of LOADERS) rows.push(await rowOf(name, () => loadRival(load), messages));
  return rows;
}

const HEADINGS = [
  ...["library", "F1", "whatever type", "its types", "leak", "clean hit", "over-redacted", "messages/s"],
];

export function formatComparison(rows: readonly ComparisonRow[]): string {
  const columns = formatColumns([HEADINGS, ...rows.map(toRow)]);
  const failures = rows.flatMap((row) => ("failure" in row ? [`${row.name} failed: ${row.failure}`] : []));
  return [
    columns,
    "Percent. F1 / where a wrong type counts / of the types that it looks for; leak: labelled characters left; clean hit:\n" +
      "messages without personal data in which it found some; over-redacted: characters that need not be.",
    ...failures,
  ].join("\n\n");
}

function toRow(row: ComparisonRow): string[] {
  if ("failure" in row) return [row.name, ...HEADINGS.slice(1).map(() => "failed")];
  const { f1, untypedF1, ownTypesF1, leak, cleanHit, overRedaction, perSecond } = row.figures;
  const rates = [f1, untypedF1, ownTypesF1, leak, cleanHit, overRedaction].map(percent);
  return [row.name, ...rates, Math.round(perSecond).toLocaleString("en")];
}
