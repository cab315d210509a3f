import { CATEGORIES, Level, levelOf } from "../domain/category";

/** The level of a scope such as `contact:masked`, with its category; undefined for other scopes. */
function levelScope(scope: string): { readonly category: string; readonly level: Level } | undefined {
  const [, category = "", name = ""] = /^([a-z]+):([a-z]+)$/.exec(scope) ?? [];
  const level = levelOf(name);
  const known = CATEGORIES.some((candidate) => candidate === category);
  return known && level !== undefined && level > Level.HIDDEN ? { category, level } : undefined;
}

/** Whether what a scope gives is given by these: itself, or a higher level of its category. */
export function covers(granted: readonly string[], scope: string): boolean {
  if (granted.includes(scope)) return true;
  const wanted = levelScope(scope);
  if (wanted === undefined) return false;
  return granted.some((candidate) => {
    const given = levelScope(candidate);
    return given?.category === wanted.category && given.level >= wanted.level;
  });
}

/**
 * The scopes of an access token: those that were asked for, where all of them are covered by those of the API token. Undefined
 * where one is not: nothing is left out in silence. @see RFC 6749 §3.3
 */
export function narrowed(
  granted: readonly string[],
  wanted: readonly string[],
): readonly string[] | undefined {
  return wanted.every((scope) => covers(granted, scope)) ? [...new Set(wanted)] : undefined;
}
