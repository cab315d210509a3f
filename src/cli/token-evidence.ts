import { highest, Level, levelOf, lowest, type Category } from "../domain/category";
import { classifiedField } from "../domain/classified";
import { filterRight } from "../graphql/rules/filter-rules";
import type { Records } from "../policy/roles-file";

/** What the access log shows that a token was used for. */
export interface Evidence {
  readonly requests: number;
  /** When the first and the last of them were, in ms; null: there are none. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** The lowest level that would have served all that was read, by category. */
  readonly levels: ReadonlyMap<Category, Level>;
  /** The types of which rows were read. */
  readonly types: ReadonlySet<string>;
  readonly lookups: ReadonlySet<Category>;
  readonly writes: ReadonlySet<Records>;
  /** How many requests declared each purpose and were served anything, or refused nothing. */
  readonly purposes: ReadonlyMap<string, number>;
  /** Purposes that were declared, and under which all was refused but ids and states. */
  readonly refusedPurposes: ReadonlySet<string>;
  /** In how many hours the disclosure budget masked or refused something: that counts as asked for in the clear. */
  readonly hoursBeyondBudget: number;
  /** How many requests were refused something. */
  readonly denied: number;
}

/** An entry of the access log as it is written. @see encodeEntry */
interface LoggedEntry {
  readonly kind?: unknown;
  readonly at?: unknown;
  readonly request?: unknown;
  readonly purpose?: unknown;
  readonly filters?: unknown;
  readonly denials?: unknown;
  readonly reads?: unknown;
}

interface Sum {
  readonly requests: Set<string>;
  readonly denied: Set<string>;
  readonly times: { firstMs: number | null; lastMs: number | null };
  readonly levels: Map<Category, Level>;
  readonly types: Set<string>;
  readonly lookups: Set<Category>;
  readonly writes: Set<Records>;
  /** The requests that each purpose was of use to. */
  readonly purposes: Map<string, Set<string>>;
  readonly declared: Set<string>;
  /** Purposes under which more was served than ids and states, or nothing refused. */
  readonly needed: Set<string>;
  /** The starts of hours in which the disclosure budget was used up, and of those in which that mattered. */
  readonly usedUp: ReadonlySet<number>;
  readonly lowered: Set<number>;
}

/** A field of a read, and the level that it was served at. */
interface ServedField {
  readonly type: string;
  readonly name: string;
  readonly served: Level;
  /** The start of the hour. */
  readonly hourMs: number;
}

const HOUR_MS = 3_600_000;

const WRITTEN: Readonly<Record<string, Records>> = {
  Customer: "customers",
  Message: "messages",
  ConsentRecord: "consents",
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function need({ levels }: Sum, category: Category, level: Level): void {
  levels.set(category, highest(levels.get(category) ?? Level.HIDDEN, level));
}

/** What a field was needed at. What is masked while the budget is used up may have been asked for in the clear. */
function neededLevel({ usedUp, lowered }: Sum, { served, hourMs }: ServedField): Level {
  if (served !== Level.MASKED || !usedUp.has(hourMs)) return served;
  lowered.add(hourMs);
  return Level.CLEAR;
}

function addField(sum: Sum, read: ServedField): void {
  const { type, name, served } = read;
  const field = classifiedField(type, name);
  const category = field?.category ?? null;
  if (category === null || served === Level.HIDDEN) return;
  // An open field is served whole from MASKED on; the log calls that CLEAR.
  need(sum, category, field?.form === "open" ? lowest(served, Level.MASKED) : neededLevel(sum, read));
}

/** Filtering needs a right by itself, whether or not anything of the field is read. */
function addFilter(sum: Sum, coordinate: string): void {
  const right = filterRight(coordinate);
  if (right === undefined) return;
  if ("lookup" in right) sum.lookups.add(right.lookup);
  else need(sum, right.sees, Level.MASKED);
}

/** What the budget refused, by coordinate: it would have been served, in the clear. */
function beyondBudget({ denials }: LoggedEntry): readonly string[] {
  return listOf(denials)
    .filter(isObject)
    .flatMap(({ field, code }) => (code === "DISCLOSURE_BUDGET_EXCEEDED" ? [String(field)] : []));
}

function addDenials(sum: Sum, entry: LoggedEntry): void {
  if (listOf(entry.denials).length > 0) sum.denied.add(String(entry.request));
  for (const coordinate of beyondBudget(entry)) {
    const [type = "", name = ""] = coordinate.split(".");
    const category = classifiedField(type, name)?.category ?? null;
    if (category === null) continue;
    sum.lowered.add(hourOf(entry));
    need(sum, category, Level.CLEAR);
  }
}

/** The start of the hour of an entry, in ms. */
function hourOf({ at }: LoggedEntry): number {
  const ms = Date.parse(String(at));
  return ms - (ms % HOUR_MS);
}

/** The fields of an entry's reads with the levels that they were served at. */
function servedFields(entry: LoggedEntry): readonly ServedField[] {
  const hourMs = hourOf(entry);
  return listOf(entry.reads)
    .filter(isObject)
    .flatMap(({ type, fields }) =>
      Object.entries(isObject(fields) ? fields : {}).map(([name, level]) => ({
        type: String(type),
        name,
        served: levelOf(String(level)) ?? Level.HIDDEN,
        hourMs,
      })),
    );
}

function addReads(sum: Sum, entry: LoggedEntry): void {
  const types = listOf(entry.reads).flatMap((read) => (isObject(read) ? [String(read["type"])] : []));
  if (entry.kind === "WRITE") {
    // What a write puts in needs its own right, not sight of what was written.
    for (const type of types) if (WRITTEN[type] !== undefined) sum.writes.add(WRITTEN[type]);
    return;
  }
  for (const type of types) sum.types.add(type);
  for (const field of servedFields(entry)) addField(sum, field);
}

/**
 * A purpose was of use where anything was served under it. It is needed for more than ids and states, which no purpose opens;
 * where nothing was refused, nobody can tell.
 */
function addPurpose(sum: Sum, entry: LoggedEntry): void {
  const { kind, purpose, filters, denials } = entry;
  if (typeof purpose !== "string") return;
  sum.declared.add(purpose);
  const shown = servedFields(entry).filter(({ served }) => served > Level.HIDDEN);
  const isRefused = listOf(denials).length > beyondBudget(entry).length;
  const done = kind === "WRITE" || listOf(filters).length > 0 || !isRefused;
  if (done || shown.length > 0)
    sum.purposes.set(purpose, (sum.purposes.get(purpose) ?? new Set()).add(String(entry.request)));
  const more = shown.some(({ type, name }) => classifiedField(type, name)?.category !== "account");
  if (done || more) sum.needed.add(purpose);
}

function addTime(times: Sum["times"], at: unknown): void {
  const ms = Date.parse(String(at));
  if (Number.isNaN(ms)) return;
  times.firstMs = Math.min(times.firstMs ?? ms, ms);
  times.lastMs = Math.max(times.lastMs ?? ms, ms);
}

function add(sum: Sum, entry: LoggedEntry): void {
  const request = String(entry.request);
  sum.requests.add(request);
  addTime(sum.times, entry.at);
  addPurpose(sum, entry);
  for (const coordinate of listOf(entry.filters)) addFilter(sum, String(coordinate));
  addDenials(sum, entry);
  addReads(sum, entry);
}

/** The kinds of entries that are requests for data; signing in and the like are not. */
const REQUESTS: ReadonlySet<unknown> = new Set(["READ", "WRITE", "DENIED"]);

/**
 * Adds up entries of the access log.
 *
 * @param usedUp the starts of the hours in which the disclosure budget was used up
 */
export async function evidenceOf(
  entries: AsyncIterable<Uint8Array>,
  usedUp: ReadonlySet<number> = new Set(),
): Promise<Evidence> {
  const sum: Sum = {
    requests: new Set(),
    denied: new Set(),
    times: { firstMs: null, lastMs: null },
    levels: new Map(),
    types: new Set(),
    lookups: new Set(),
    writes: new Set(),
    purposes: new Map(),
    declared: new Set(),
    needed: new Set(),
    usedUp,
    lowered: new Set(),
  };
  for await (const bytes of entries) {
    const entry: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    if (isObject(entry) && REQUESTS.has(entry["kind"])) add(sum, entry);
  }
  const purposes = [...sum.purposes].map(([name, requests]) => [name, requests.size] as const);
  return {
    ...sum.times,
    requests: sum.requests.size,
    denied: sum.denied.size,
    levels: sum.levels,
    types: sum.types,
    lookups: sum.lookups,
    writes: sum.writes,
    purposes: new Map(purposes),
    refusedPurposes: new Set([...sum.declared].filter((name) => !sum.needed.has(name))),
    hoursBeyondBudget: sum.lowered.size,
  };
}
