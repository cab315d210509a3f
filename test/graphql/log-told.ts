import { encodeEntry, type AccessEntry } from "../../src/audit/access-entry";

/** What the log was told of an operation, in one order: which child was loaded first is nobody's business. */
export function tellOf(logged: readonly AccessEntry[]): unknown {
  return logged.map((entry) => {
    const bytes = encodeEntry({ ...entry, requestId: "" }, new Date(0)).map(String);
    const parsed = bytes.map((text) => JSON.parse(text) as { reads?: unknown[]; denials?: unknown[] });
    return parsed.map(({ reads = [], denials = [], ...rest }) => ({
      ...rest,
      reads: reads.map((read) => sorted(read)).sort(),
      denials: denials.map((denial) => sorted(denial)).sort(),
    }));
  });
}

/** A value as text, the keys of its objects in order. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
