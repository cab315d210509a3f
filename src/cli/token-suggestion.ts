import { Level, levelName, lowest, type Category } from "../domain/category";
import { grantsOf } from "../policy/scopes";
import type { Evidence } from "./token-evidence";

/** A grant that is given up, or given for less. */
export interface Narrowing {
  /** The scope or purpose that the token has. */
  readonly has: string;
  /** What it would have instead; null: nothing. */
  readonly instead: string | null;
  readonly because: string;
}

/** The smaller grant that would have done, and what it leaves out. */
export interface Suggestion {
  readonly scopes: readonly string[];
  readonly purposes: readonly string[];
  readonly narrowings: readonly Narrowing[];
}

/** What a token was granted. */
export interface Granted {
  readonly scopes: readonly string[];
  readonly purposes: readonly string[];
}

/** What every partner sees anyway. */
const ALWAYS: Category = "account";

function levelNarrowing(category: Category, has: Level, used: Level): Narrowing | undefined {
  const scope = (level: Level): string => `${category}:${levelName(level).toLowerCase()}`;
  if (category === ALWAYS) return { has: scope(has), instead: null, because: "every partner has it anyway" };
  if (used === Level.HIDDEN) return { has: scope(has), instead: null, because: "never used" };
  const most = `was used at ${levelName(used)} at most`;
  return used < has ? { has: scope(has), instead: scope(used), because: most } : undefined;
}

/** Reading rows of these types at all needs sight of one of these categories, whatever is read of them. */
const SOME_SIGHT: Readonly<Record<string, readonly Category[]>> = { Message: ["content", "traffic"] };

/** What was used of each category that the token has. */
function usedOf(granted: readonly string[], { levels, types }: Evidence): ReadonlyMap<Category, Level> {
  const given = Object.entries(grantsOf(granted).levels) as [Category, Level][];
  const used = new Map(given.map(([name, has]) => [name, lowest(has, levels.get(name) ?? Level.HIDDEN)]));
  for (const type of types) {
    const sight = (SOME_SIGHT[type] ?? []).filter((category) => used.has(category));
    const [first] = sight;
    const isSeen = sight.some((category) => used.get(category) !== Level.HIDDEN);
    if (first !== undefined && !isSeen) used.set(first, Level.TOKEN);
  }
  return used;
}

/** Every grant that could be smaller. */
function narrowingsOf(
  { scopes, purposes }: Granted,
  evidence: Evidence,
  used: ReadonlyMap<Category, Level>,
): Narrowing[] {
  const grants = grantsOf(scopes);
  const never = (has: string): Narrowing => ({ has, instead: null, because: "never used" });
  const unused = (purpose: string): Narrowing =>
    evidence.refusedPurposes.has(purpose)
      ? { has: purpose, instead: null, because: "everything was refused under it" }
      : never(purpose);
  const levels = Object.entries(grants.levels) as [Category, Level][];
  const byLevel = levels.flatMap(([category, has]) => {
    if (category === ALWAYS && !scopes.some((scope) => /^account:(?!lookup)/.test(scope))) return [];
    return levelNarrowing(category, has, used.get(category) ?? Level.HIDDEN) ?? [];
  });
  const lookups = grants.lookup.filter((category) => !evidence.lookups.has(category));
  const writes = grants.writes.filter((records) => !evidence.writes.has(records));
  return [
    ...byLevel,
    ...lookups.map((category) => never(`${category}:lookup`)),
    ...writes.map((records) => never(`${records}:write`)),
    ...purposes.filter((purpose) => !evidence.purposes.has(purpose)).map(unused),
  ];
}

/**
 * The smallest grant that allows all that was used. It never has more than the token has: what was refused is no reason to
 * grant it.
 */
export function suggestionOf(granted: Granted, evidence: Evidence): Suggestion {
  const used = usedOf(granted.scopes, evidence);
  const narrowings = narrowingsOf(granted, evidence, used);
  const { lookup, writes } = grantsOf(granted.scopes);
  const kept = [...used].flatMap(([category, level]) =>
    category === ALWAYS || level === Level.HIDDEN ? [] : [`${category}:${levelName(level).toLowerCase()}`],
  );
  const scopes = [
    ...kept,
    ...lookup.filter((category) => evidence.lookups.has(category)).map((category) => `${category}:lookup`),
    ...writes.filter((records) => evidence.writes.has(records)).map((records) => `${records}:write`),
  ];
  const purposes = granted.purposes.filter((purpose) => evidence.purposes.has(purpose));
  return { scopes: [...new Set(scopes)], purposes, narrowings };
}
