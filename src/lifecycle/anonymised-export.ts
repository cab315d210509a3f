import type { Reader } from "../database/reader";
import type { SentRange, TwinnedMessage, TwinnedMessages } from "../database/twinned-messages";
import { FieldwardError } from "../domain/errors";
import { Message } from "../domain/message";
import type { AnonymiserPolicy } from "../policy/anonymiser-file";
import { periodOf } from "./anonymised-export-dates";
import { CustomerGroups, groupOf, type CommonFacts } from "./anonymised-export-groups";
import {
  anonymisedRow,
  exportOperators,
  type AnonymisedRow,
  type NameInExport,
} from "./anonymised-export-row";
import { countSubjects } from "./write-record";

/** As many customers as one entry of the access log names. */
const PAGE = 500;

export interface AnonymisedExportParts {
  readonly messages: TwinnedMessages;
  readonly reader: Pick<Reader, "page">;
  readonly policy: AnonymiserPolicy;
  /** The detector's version. */
  readonly version: number;
  readonly name: NameInExport;
  /** Puts on the access log whose messages are about to be read, with the number of each; awaited before one is opened. */
  readonly record: (subjects: ReadonlyMap<string, number>) => Promise<void>;
}

/** Why messages are not exported, whatever their group. */
export type LeftOut = "noTwin" | "erased" | "restricted" | "unreadable";

/** What an export came to. */
export interface ExportCounts {
  readonly read: number;
  readonly exported: number;
  /** Of groups with too few customers. */
  readonly suppressed: number;
  readonly suppressedGroups: number;
  readonly leftOut: Readonly<Record<LeftOut, number>>;
  /** Exported from the twin that an older detector made. */
  readonly olderTwins: number;
}

export type ExportOutcome = "finished" | "stopped";

/** How far an export is: it counts customers first, then reads twins, and at last its rows are written. */
export interface ExportProgress {
  readonly phase: "count" | "read" | "write";
  readonly done: number;
  readonly total: number;
}

export interface ExportCalls {
  /** Keeps a page of rows until the export is whole. They come in the order of sending, in which they must not leave. */
  readonly keep: (rows: readonly AnonymisedRow[]) => Promise<void>;
  /** Forgets all that was kept. */
  readonly restart: () => Promise<void>;
  /** Called at the beginning of a phase and after each page. */
  readonly report: (progress: ExportProgress) => void;
  readonly signal: AbortSignal;
}

/** What a pass over the messages writes down. */
class Tally {
  read = 0;
  exported = 0;
  suppressed = 0;
  olderTwins = 0;
  readonly suppressedGroups = new Set<string>();
  readonly leftOut: Record<LeftOut, number> = { noTwin: 0, erased: 0, restricted: 0, unreadable: 0 };

  counts(): ExportCounts {
    const { read, exported, suppressed, olderTwins, leftOut } = this;
    return { read, exported, suppressed, suppressedGroups: this.suppressedGroups.size, leftOut, olderTwins };
  }
}

/** A message that may be exported if its group is large enough. */
interface Candidate {
  readonly seen: TwinnedMessage;
  readonly facts: CommonFacts;
  readonly group: string;
}

const PROPERTIES: ReadonlySet<string> = new Set<keyof Message | "bodyTwinCt">([
  "id",
  "customerId",
  "bodyTwinCt",
]);

function reasonOf({ status, hasTwin }: TwinnedMessage): LeftOut | undefined {
  if (status === "ERASED") return "erased";
  // GDPR Art. 18(2): of a restricted customer data are stored, and no more.
  if (status === "RESTRICTED") return "restricted";
  return hasTwin ? undefined : "noTwin";
}

/**
 * Exports messages by their anonymised twins; a text itself is neither selected nor opened. Two passes: the first counts the
 * customers of each group by open columns, the second reads the groups that have enough.
 */
export class AnonymisedExport {
  readonly #operators;

  constructor(private readonly parts: AnonymisedExportParts) {
    this.#operators = exportOperators(parts.policy.default);
  }

  /** @throws FieldwardError DATABASE_UNAVAILABLE, VAULT_UNAVAILABLE or AUDIT_UNAVAILABLE, and what `keep` throws */
  async run(
    range: SentRange,
    calls: ExportCalls,
  ): Promise<ExportCounts & { readonly outcome: ExportOutcome }> {
    const atMost = await this.parts.messages.countAtMost(range);
    const counted = this.#groups();
    const total = await this.#pass(range, { phase: "count", total: atMost }, calls, (page) => {
      for (const { seen, group } of this.#candidates(page)) counted.add(group, seen.customerId);
      return Promise.resolve();
    });
    if (total === undefined) return { ...new Tally().counts(), outcome: "stopped" };
    const refused = new Set<string>();
    for (;;) {
      const isAllowed = (group: string): boolean => counted.isLarge(group) && !refused.has(group);
      const { tally, kept, isThrough } = await this.#read(range, total, calls, isAllowed);
      if (!isThrough) return { ...tally.counts(), outcome: "stopped" };
      const short = kept.small();
      if (short.length === 0) return { ...tally.counts(), outcome: "finished" };
      // Erased since they were counted, or unreadable: without those groups, then.
      for (const group of short) refused.add(group);
      await calls.restart();
    }
  }

  #groups(): CustomerGroups {
    return new CustomerGroups(this.parts.policy.export.smallestGroup);
  }

  /** Goes over all messages, page by page, and answers how many there were; undefined: it was stopped before the last one. */
  async #pass(
    range: SentRange,
    { phase, total }: Pick<ExportProgress, "phase" | "total">,
    { report, signal }: ExportCalls,
    work: (page: readonly TwinnedMessage[]) => Promise<void>,
  ): Promise<number | undefined> {
    let done = 0;
    let last: TwinnedMessage | undefined;
    report({ phase, done, total });
    for (;;) {
      if (signal.aborted) return undefined;
      const page = await this.parts.messages.page(range, last, PAGE);
      last = page.at(-1);
      if (last === undefined) return done;
      await work(page);
      done += page.length;
      report({ phase, done, total: Math.max(total, done) });
    }
  }

  async #read(
    range: SentRange,
    total: number,
    calls: ExportCalls,
    isAllowed: (group: string) => boolean,
  ): Promise<{ readonly tally: Tally; readonly kept: CustomerGroups; readonly isThrough: boolean }> {
    const tally = new Tally();
    const kept = this.#groups();
    const read = await this.#pass(range, { phase: "read", total }, calls, async (page) => {
      tally.read += page.length;
      const candidates = this.#candidates(page, tally.leftOut);
      const allowed = candidates.filter(({ group }) => isAllowed(group));
      for (const { group } of candidates) if (!isAllowed(group)) tally.suppressedGroups.add(group);
      tally.suppressed += candidates.length - allowed.length;
      const rows = await this.#rows(allowed, tally, kept);
      if (rows.length > 0) await calls.keep(rows);
    });
    return { tally, kept, isThrough: read !== undefined };
  }

  #candidates(page: readonly TwinnedMessage[], leftOut?: Record<LeftOut, number>): readonly Candidate[] {
    const { dates } = this.parts.policy.export;
    return page.flatMap((seen) => {
      const reason = reasonOf(seen);
      if (reason !== undefined) {
        if (leftOut !== undefined) leftOut[reason] += 1;
        return [];
      }
      const { direction, country, language, senderId: sender, sentAtMs } = seen;
      const facts = { direction, country, language, date: periodOf(sentAtMs, dates).label, sender };
      return [{ seen, facts, group: groupOf(facts) }];
    });
  }

  /** A page's rows: on the log first, then opened. */
  async #rows(
    allowed: readonly Candidate[],
    tally: Tally,
    kept: CustomerGroups,
  ): Promise<readonly AnonymisedRow[]> {
    if (allowed.length === 0) return [];
    const messages = await this.#messages(allowed);
    await this.parts.record(countSubjects(allowed.map(({ seen }) => seen.customerId)));
    return allowed.flatMap(({ seen, facts, group }) => {
      const row = this.#row(messages.get(seen.id), facts, tally.leftOut);
      if (row === undefined) return [];
      kept.add(group, seen.customerId);
      tally.exported += 1;
      if ((seen.twinVersion ?? 0) < this.parts.version) tally.olderTwins += 1;
      return [row];
    });
  }

  async #messages(allowed: readonly Candidate[]): Promise<ReadonlyMap<string, Message>> {
    const messages = await this.parts.reader.page({
      entity: Message,
      properties: PROPERTIES,
      where: [{ property: "id", is: "in", value: allowed.map(({ seen }) => seen.id) }],
      order: { properties: ["id"], descending: false },
      limit: allowed.length,
    });
    return new Map(messages.map((message) => [message.id, message]));
  }

  #row(
    message: Message | undefined,
    facts: CommonFacts,
    leftOut: Record<LeftOut, number>,
  ): AnonymisedRow | undefined {
    try {
      const row = message && anonymisedRow(message, facts, this.#operators, this.parts.name);
      if (row === undefined) leftOut.unreadable += 1;
      return row;
    } catch (error) {
      if (!(error instanceof FieldwardError)) throw error;
      leftOut[error.code === "ERASED" ? "erased" : "unreadable"] += 1;
      return undefined;
    }
  }
}
