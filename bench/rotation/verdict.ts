import { z } from "zod";
import type { ShreddedRead } from "./job";
import type { Read } from "./reads";

const Answer = z.object({
  data: z.unknown(),
  errors: z.array(z.object({ extensions: z.object({ code: z.string() }) })).optional(),
});

/** An answer as it came. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** What an answer was: as stored, or why it was not; and what it showed of those who are to be shredded. */
export interface Verdict {
  readonly fault: string | undefined;
  readonly shredded: ReadonlyMap<string, ShreddedRead["shown"]>;
}

const NOBODY: ReadonlyMap<string, ShreddedRead["shown"]> = new Map();

interface Parsed {
  readonly data: unknown;
  readonly codes: readonly string[];
}

function parse({ status, text }: HttpAnswer): Parsed | string {
  if (status !== 200) return `HTTP ${String(status)}`;
  const answer = Answer.safeParse(JSON.parse(text));
  if (!answer.success) return "no GraphQL answer";
  return {
    data: answer.data.data,
    codes: (answer.data.errors ?? []).map(({ extensions }) => extensions.code),
  };
}

/** Judges an answer in which some customers may be shredded: nobody else's values may have changed. */
export function judge(read: Read, answer: HttpAnswer, shredded: ReadonlySet<string>): Verdict {
  const parsed = parse(answer);
  if (typeof parsed === "string") return { fault: parsed, shredded: NOBODY };
  const { data, codes } = parsed;
  const whole = read.data(() => true);
  const concerned = read.customerIds.filter((id) => shredded.has(id));
  const strange = codes.find((code) => concerned.length === 0 || code !== "ERASED");
  if (strange !== undefined) return { fault: `error ${strange}`, shredded: NOBODY };
  const shown = shownOf(data, whole, concerned);
  if (shown === undefined) return { fault: "a value that was not stored", shredded: NOBODY };
  if (JSON.stringify(blanked(data, concerned)) !== JSON.stringify(blanked(whole, concerned)))
    return { fault: "another answer", shredded: shown };
  const silent = codes.length === 0 && [...shown.values()].some((one) => one !== "clear");
  return { fault: silent ? "nulls without an error" : undefined, shredded: shown };
}

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null;

/** Everything in a value that has an id, by that id: customers, not their messages. */
function customersIn(value: unknown, ids: readonly string[]): Map<string, Node> {
  const found = new Map<string, Node>();
  const visit = (part: unknown): void => {
    if (!isNode(part)) return;
    const { id } = part;
    if (typeof id === "string" && ids.includes(id)) found.set(id, part);
    else for (const inner of Object.values(part)) visit(inner);
  };
  visit(value);
  return found;
}

/** All that can tell something of a customer: every text but ids. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (!isNode(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === "id" ? [] : textsIn(inner)));
}

/** What each of these customers shows; undefined: something that was not stored. */
function shownOf(
  data: unknown,
  whole: object,
  ids: readonly string[],
): Map<string, ShreddedRead["shown"]> | undefined {
  const [seen, stored] = [customersIn(data, ids), customersIn(whole, ids)];
  const shown = new Map<string, ShreddedRead["shown"]>();
  for (const id of ids) {
    const texts = textsIn(seen.get(id));
    const known = new Set(textsIn(stored.get(id)));
    if (!texts.every((text) => known.has(text))) return undefined;
    const same = JSON.stringify(seen.get(id)) === JSON.stringify(stored.get(id));
    shown.set(id, texts.length === 0 ? "erased" : same ? "clear" : "partly");
  }
  return shown;
}

/** A value in which these customers are nothing but their ids. */
function blanked(value: unknown, ids: readonly string[]): unknown {
  if (!isNode(value)) return value;
  if (Array.isArray(value)) return value.map((item) => blanked(item, ids));
  const { id } = value;
  if (typeof id === "string" && ids.includes(id)) return { id };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, blanked(inner, ids)]));
}
