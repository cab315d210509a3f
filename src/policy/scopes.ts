import { CATEGORIES, highest, Level, levelOf, type Category } from "../domain/category";
import { FieldwardError } from "../domain/errors";
import type { Levels } from "./levels";
import { RECORDS, type Records } from "./roles-file";

/** What a partner token was given, read from its scopes. */
export interface ScopeGrants {
  readonly levels: Levels;
  readonly lookup: readonly Category[];
  readonly writes: readonly Records[];
}

const PATTERN = /^([a-z]+):([a-z]+)$/;

function isCategory(name: string | undefined): name is Category {
  return CATEGORIES.some((category) => category === name);
}

function isRecords(name: string | undefined): name is Records {
  return RECORDS.some((records) => records === name);
}

/** Every scope that exists: `<category>:<token|masked|clear|lookup>` and `<customers|messages|consents>:write`. */
export const SCOPES: readonly string[] = [
  ...CATEGORIES.flatMap((category) =>
    ["token", "masked", "clear", "lookup"].map((right) => `${category}:${right}`),
  ),
  ...RECORDS.map((records) => `${records}:write`),
];

/** @see SCOPES */
export function isScope(scope: string): boolean {
  return SCOPES.includes(scope);
}

/** @throws FieldwardError BAD_USER_INPUT that names the scope where there is no such scope. */
export function checkScopes(scopes: readonly string[]): void {
  const unknown = scopes.find((scope) => !isScope(scope));
  if (unknown === undefined) return;
  throw new FieldwardError(
    "BAD_USER_INPUT",
    "A scope is <category>:<token|masked|clear|lookup> or <customers|messages|consents>:write.",
  );
}

/**
 * What scopes add up to. `account` is always CLEAR: ids and status are what everything else hangs on. A scope that does not
 * exist gives nothing: an old token must not gain by a change of the grammar.
 */
export function grantsOf(scopes: readonly string[]): ScopeGrants {
  const levels: Partial<Record<Category, Level>> = { account: Level.CLEAR };
  const lookup: Category[] = [];
  const writes: Records[] = [];
  for (const scope of scopes.filter(isScope)) {
    const [, left, right = ""] = PATTERN.exec(scope) ?? [];
    if (isRecords(left)) writes.push(left);
    else if (isCategory(left)) {
      if (right === "lookup") lookup.push(left);
      else levels[left] = highest(levels[left] ?? Level.HIDDEN, levelOf(right) ?? Level.HIDDEN);
    }
  }
  return { levels, lookup, writes };
}
