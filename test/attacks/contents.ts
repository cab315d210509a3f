import { format, inspect } from "node:util";

/** Nothing that a program hands about is larger; where it is, a whole database connection hangs on it. */
const MOST_OBJECTS = 20_000;

/** Own and inherited properties, enumerable or not, with their names, and what a collection holds. */
function within(value: object): unknown[] {
  const contents: unknown[] = value instanceof Map || value instanceof Set ? [...value] : [];
  for (let at: object | null = value; at !== null; at = Reflect.getPrototypeOf(at))
    for (const key of Reflect.ownKeys(at)) {
      contents.push(String(key));
      try {
        contents.push(Reflect.get(at, key, value));
      } catch {
        // A getter that refuses gives nothing away.
      }
    }
  return contents;
}

/** All texts and bytes that can be reached from a value by reading properties, causes included. */
export function contentsOf(value: unknown): Buffer {
  const parts: Uint8Array[] = [];
  const seen = new Set<unknown>();
  const left: unknown[] = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next === "string" || typeof next === "number") parts.push(Buffer.from(`${String(next)}\n`));
    else if (next instanceof Uint8Array) parts.push(next, Buffer.from("\n"));
    else if (typeof next === "object" && next !== null && !seen.has(next)) {
      seen.add(next);
      if (seen.size > MOST_OBJECTS) throw new Error("the value reaches too far to be searched");
      left.push(...within(next));
    }
  }
  return Buffer.concat(parts);
}

/** A value as every printer shows it, on purpose or by mistake, down to a depth; null: to the ground. */
export function prints(value: unknown, depth: number | null = null): string[] {
  return [
    () => inspect(value),
    () => inspect(value, { showHidden: true, depth, maxArrayLength: null, maxStringLength: null }),
    () => inspect(value, { showHidden: true, depth: depth ?? 4, customInspect: false }),
    () => inspect(new Error("with a property", { cause: value })),
    () => inspect(Object.assign(new Error("with a property"), { value })),
    () => JSON.stringify(value),
    () => JSON.stringify({ rows: [value] }),
    ...["%s", "%o", "%O", "%j"].map((form) => () => format(form, value)),
    () => String(value),
  ].map((print) => {
    try {
      return print();
    } catch (error) {
      // JSON.stringify refuses a circle, and names properties in doing so.
      return String(error);
    }
  });
}
