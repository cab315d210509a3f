import { z } from "zod";
import type { RunningServer } from "./target";

const Answer = z.object({ data: z.unknown().optional(), errors: z.array(z.unknown()).optional() });
type Answer = z.infer<typeof Answer>;

const SHOWN_CHARACTERS = 300;

async function ask(name: string, server: RunningServer, body: string): Promise<Answer> {
  const headers = { "content-type": "application/json", accept: "application/json", ...server.headers };
  const response = await fetch(server.url, { method: "POST", headers, body });
  const text = await response.text();
  try {
    return Answer.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(
      `${name} answers with HTTP ${String(response.status)}: ${text.slice(0, SHOWN_CHARACTERS)}`,
      { cause },
    );
  }
}

/**
 * Sends each body to both servers.
 *
 * @returns What is wrong with the first answers that are not the same `data`, or undefined if all agree.
 */
export async function findDisagreement(
  baseline: RunningServer,
  fieldward: RunningServer,
  bodies: readonly string[],
): Promise<string | undefined> {
  for (const body of bodies) {
    const [plain, guarded] = await Promise.all([
      ask("baseline", baseline, body),
      ask("fieldward", fieldward, body),
    ]);
    for (const [name, { errors }] of [["baseline", plain] as const, ["fieldward", guarded] as const]) {
      if (errors !== undefined) return `${body}\n${name} answers with errors: ${shown(errors)}`;
    }
    const difference = firstDifference(plain.data, guarded.data, "data");
    if (difference !== undefined) return `${body}\n${difference}`;
  }
  return undefined;
}

/** Compares values, order of keys included, and says where they part. */
function firstDifference(baseline: unknown, fieldward: unknown, path: string): string | undefined {
  if (JSON.stringify(baseline) === JSON.stringify(fieldward)) return undefined;
  if (isObject(baseline) && isObject(fieldward) && Array.isArray(baseline) === Array.isArray(fieldward)) {
    const keys = Object.keys(baseline);
    const otherKeys = Object.keys(fieldward);
    if (keys.join() !== otherKeys.join()) {
      return `${path}: the baseline has ${describeKeys(baseline)}, fieldward ${describeKeys(fieldward)}`;
    }
    for (const key of keys) {
      const difference = firstDifference(baseline[key], fieldward[key], `${path}.${key}`);
      if (difference !== undefined) return difference;
    }
  }
  return `${path}: the baseline has ${shown(baseline)}, fieldward ${shown(fieldward)}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function describeKeys(value: Record<string, unknown>): string {
  return Array.isArray(value) ? `${String(value.length)} items` : Object.keys(value).join(" ");
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value).slice(0, SHOWN_CHARACTERS);
}
