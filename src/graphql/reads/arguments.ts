import type { After, Condition } from "../../database/reader";
import { FieldwardError } from "../../domain/errors";
import type { Standing } from "../../policy/decide";
import type { Cursors } from "../cursors";

const LARGEST_PAGE = 1_000;

/** @throws FieldwardError BAD_USER_INPUT where `first` is not 1 to 1,000 */
export function pageSize(first: unknown, standard: number): number {
  if (first === undefined || first === null) return standard;
  if (typeof first !== "number" || !Number.isInteger(first) || first < 1 || first > LARGEST_PAGE) {
    throw new FieldwardError(
      "BAD_USER_INPUT",
      `\`first\` must be 1 to ${LARGEST_PAGE.toLocaleString("en")}.`,
    );
  }
  return first;
}

/** The place that a cursor names, or `undefined` where none was given. */
export function afterCursor(cursors: Cursors, list: string, after: unknown): After | undefined {
  return typeof after === "string" ? { values: cursors.read(list, after) } : undefined;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** An id as it is stored, or `undefined` where it can be none. MySQL finds a row by the number 0 where it should not. */
export function rowIdOf(id: unknown): string | undefined {
  return typeof id === "string" && UUID.test(id) ? id.toLowerCase() : undefined;
}

/** Confines a read to the one tenant that the caller sees. The gate of each row asks again. */
export function tenantConditions(standing: Standing): Condition[] {
  return standing.tenantId === null ? [] : [{ property: "tenantId", is: "=", value: standing.tenantId }];
}

/** The row or rows with these ids, within the one tenant that the caller sees. */
export function idConditions(standing: Standing, ids: readonly string[]): Condition[] {
  return [{ property: "id", is: "in", value: ids }, ...tenantConditions(standing)];
}

/** A text that a filter compares with a column: bounded, so that no filter is a way to send megabytes. */
export function filterText(value: unknown, longest: number): string {
  if (typeof value !== "string" || value.length > longest) {
    throw new FieldwardError("BAD_USER_INPUT", `A filter text has at most ${String(longest)} characters.`);
  }
  return value;
}

/** A point in time from a DateTime argument. */
export function filterInstant(value: unknown): number {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.getTime();
  throw new FieldwardError("BAD_USER_INPUT", "A point in time must be an ISO 8601 date and time.");
}
