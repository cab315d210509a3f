import { randomInt } from "node:crypto";
import { setTimeout as later } from "node:timers/promises";
import { z } from "zod";
import type { Dataset } from "../data";
import { report } from "../progress";
import { runKeys } from "./command";
import { PAGE_ROWS, StoredRows } from "./expected";
import type { FailedRead, ShreddedRead } from "./job";
import type { Bench } from "./rotate-all";

/** What came of shredding customers while they were read. */
export interface ShredResult {
  readonly customers: number;
  readonly shredded: number;
  /** Reads of the shredded, before the command and from its beginning to the bound. */
  readonly readsBefore: number;
  readonly clearBefore: number;
  readonly readsDuring: number;
  /** That began after the bound. */
  readonly readsAfter: number;
  /** Of those, not null and ERASED in every field. */
  readonly shownAfter: number;
  /** The last read with clear data, before its customer's bound; in milliseconds. */
  readonly lastClearBeforeBoundMs: number;
  readonly otherFailures: number;
  readonly failed: readonly FailedRead[];
  readonly reads: number;
  readonly walked: { readonly customers: number; readonly failures: number };
}

const Shredded = z.object({
  shredded: z.array(z.object({ subjectId: z.string(), effectiveBy: z.coerce.date() })),
});

const READ = 200;
const SHRED = 20;
const BEFORE_MS = 5_000;
const AFTER_MS = 15_000;

function drawn(from: readonly string[], count: number): string[] {
  const left = [...from];
  return Array.from({ length: count }, () => left.splice(randomInt(left.length), 1)).flat();
}

/** Some customers that fill whole pages, and those of them who are to be shredded. */
function chooseCustomers({ options }: Bench, dataset: Dataset) {
  const { customers } = new StoredRows(dataset);
  const pages = Math.floor((customers.length - READ) / PAGE_ROWS);
  const from = PAGE_ROWS * randomInt(pages + 1);
  const customerIds = customers.slice(from, from + READ).map(({ id }) => id);
  if (customerIds.length < READ) throw new RangeError(`--rows ${String(options.rows)} is too few.`);
  return { customerIds, shredded: drawn(customerIds, SHRED) };
}

function judgeReads(reads: readonly ShreddedRead[], beganAtMs: number, bounds: ReadonlyMap<string, number>) {
  const boundOf = ({ customerId }: ShreddedRead): number => bounds.get(customerId) ?? NaN;
  const before = reads.filter(({ sentAtMs }) => sentAtMs < beganAtMs);
  const after = reads.filter((read) => read.sentAtMs > boundOf(read));
  const shown = reads.filter((read) => read.shown !== "erased");
  return {
    readsBefore: before.length,
    clearBefore: before.filter((read) => read.shown === "clear").length,
    readsDuring: reads.length - before.length - after.length,
    readsAfter: after.length,
    shownAfter: after.filter((read) => read.shown !== "erased").length,
    lastClearBeforeBoundMs: Math.min(...shown.map((read) => boundOf(read) - read.sentAtMs)),
  };
}

/** Shreds some customers at the command line while they and their neighbours are read, half of all reads being of them. */
export async function shredSome(bench: Bench, dataset: Dataset, perSecond: number): Promise<ShredResult> {
  const { place, readers } = bench;
  const { customerIds, shredded } = chooseCustomers(bench, dataset);
  await readers.read(perSecond, { kind: "some", customerIds, shredded });
  await later(BEFORE_MS);
  const beganAtMs = Date.now();
  const answer = Shredded.parse(await runKeys(place, ["shred", ...shredded, "--yes"]));
  const bounds = new Map(
    answer.shredded.map(({ subjectId, effectiveBy }) => [subjectId, effectiveBy.getTime()]),
  );
  await later(Math.max(...bounds.values()) - Date.now() + AFTER_MS);
  const { ofShredded, failures, failed, latenciesMs } = await readers.stop();
  report(`${place.engine}: ${String(bounds.size)} customers shredded`);
  return {
    customers: customerIds.length,
    shredded: bounds.size,
    ...judgeReads(ofShredded, beganAtMs, bounds),
    otherFailures: failures,
    failed,
    reads: latenciesMs.length,
    walked: await readers.walk(shredded),
  };
}
