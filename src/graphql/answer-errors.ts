import { GraphQLError } from "graphql";
import type { FieldNode } from "graphql";
import { FieldwardError } from "../domain/errors";

type PathKey = string | number;

/** The error of a place in the answer, as both ways of executing make it. */
export function errorAt(error: unknown, path: readonly PathKey[], nodes: readonly FieldNode[]): GraphQLError {
  const cause = error instanceof Error ? error : new FieldwardError("INTERNAL");
  return new GraphQLError(cause.message, { nodes, path, originalError: cause });
}

/** The catalogue error behind an error of the answer; what is none of ours is INTERNAL. */
export function catalogueError(error: unknown): FieldwardError {
  if (error instanceof FieldwardError) return error;
  if (error instanceof GraphQLError && error.originalError) return catalogueError(error.originalError);
  return new FieldwardError("INTERNAL", undefined, { cause: error });
}

function place(path: readonly PathKey[] | undefined): string {
  return (path ?? []).filter((key) => typeof key === "string").join(".");
}

function comparePaths(a: readonly PathKey[] = [], b: readonly PathKey[] = []): number {
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    const left = a[i] ?? 0;
    const right = b[i] ?? 0;
    if (left === right) continue;
    if (typeof left === "number" && typeof right === "number") return left - right;
    return String(left) < String(right) ? -1 : 1;
  }
  return a.length - b.length;
}

/**
 * Brings the errors of an answer into one form, whichever way it was executed: in the order of their places, and one for
 * each field and code, not one for each row. A tampered value is told row by row: each is a find of its own.
 */
export function settleErrors(errors: readonly GraphQLError[]): readonly GraphQLError[] {
  const seen = new Set<string>();
  return [...errors]
    .sort((a, b) => comparePaths(a.path, b.path))
    .filter((error) => {
      const { code } = catalogueError(error);
      const key = `${place(error.path)}:${code}`;
      const repeated = code !== "FIELD_TAMPERED" && seen.has(key);
      seen.add(key);
      return !repeated;
    });
}
