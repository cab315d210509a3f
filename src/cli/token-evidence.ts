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
  /** How many requests declared each purpose. */
  readonly purposes: ReadonlyMap<string, number>;
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
  readonly purposes: Map<string, Set<string>>;
}

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

function addField(sum: Sum, type: string, name: string, served: Level): void {
  const field = classifiedField(type, name);
  const category = field?.category ?? null;
  if (category === null || served === Level.HIDDEN) return;
  // An open field is served whole from MASKED on; the log calls that CLEAR.
  need(sum, category, field?.form === "open" ? lowest(served, Level.MASKED) : served);
}

/** Filtering needs a right by itself, whether or not anything of the field is read. */
function addFilter(sum: Sum, coordinate: string): void {
  const right = filterRight(coordinate);
  if (right === undefined) return;
  if ("lookup" in right) sum.lookups.add(right.lookup);
  else need(sum, right.sees, Level.MASKED);
}

function addRead(sum: Sum, read: unknown, isWrite: boolean): void {
  if (!isObject(read)) return;
  const type = String(read["type"]);
  const records = WRITTEN[type];
  if (isWrite) {
    // What a write puts in needs its own right, not sight of what was written.
    if (records !== undefined) sum.writes.add(records);
    return;
  }
  sum.types.add(type);
  const fields = isObject(read["fields"]) ? Object.entries(read["fields"]) : [];
  for (const [field, name] of fields) addField(sum, type, field, levelOf(String(name)) ?? Level.HIDDEN);
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
  if (typeof entry.purpose === "string") {
    const requests = sum.purposes.get(entry.purpose) ?? new Set();
    sum.purposes.set(entry.purpose, requests.add(request));
  }
  for (const coordinate of listOf(entry.filters)) addFilter(sum, String(coordinate));
  if (listOf(entry.denials).length > 0) sum.denied.add(request);
  for (const read of listOf(entry.reads)) addRead(sum, read, entry.kind === "WRITE");
}

/** The kinds of entries that are requests for data; signing in and the like are not. */
const REQUESTS: ReadonlySet<unknown> = new Set(["READ", "WRITE", "DENIED"]);

/** Adds up entries of the access log. */
export async function evidenceOf(entries: AsyncIterable<Uint8Array>): Promise<Evidence> {
  const sum: Sum = {
    requests: new Set(),
    denied: new Set(),
    times: { firstMs: null, lastMs: null },
    levels: new Map(),
    types: new Set(),
    lookups: new Set(),
    writes: new Set(),
    purposes: new Map(),
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
  };
}
