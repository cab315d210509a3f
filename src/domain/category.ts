import { registerEnumType } from "type-graphql";

/** What kind of data a field holds. */
export const CATEGORIES = [
  "account",
  "identity",
  "contact",
  "content",
  "traffic",
  "consent",
  "security",
] as const;

/** @see CATEGORIES */
export type Category = (typeof CATEGORIES)[number];

/** The GraphQL face of a category. */
export const CategoryName = {
  ACCOUNT: "account",
  IDENTITY: "identity",
  CONTACT: "contact",
  CONTENT: "content",
  TRAFFIC: "traffic",
  CONSENT: "consent",
  SECURITY: "security",
} as const satisfies Record<Uppercase<Category>, Category>;

/** How much of a field is served. The order is the meaning: a lower level never says more than a higher one. */
export enum Level {
  HIDDEN = 0,
  TOKEN = 1,
  MASKED = 2,
  CLEAR = 3,
}

/** The levels that a caller may ask for with `as:`. */
export const Redaction = { TOKEN: Level.TOKEN, MASKED: Level.MASKED, CLEAR: Level.CLEAR } as const;

/** @see Redaction */
export type Redaction = (typeof Redaction)[keyof typeof Redaction];

/** The lower of some levels. */
export function lowest(...levels: readonly Level[]): Level {
  return levels.reduce((least, level) => (level < least ? level : least), Level.CLEAR);
}

/** The higher of some levels. */
export function highest(...levels: readonly Level[]): Level {
  return levels.reduce((most, level) => (level > most ? level : most), Level.HIDDEN);
}

/** The name of a level, for people and for the access log. */
export function levelName(level: Level): keyof typeof Level {
  return Level[level] as keyof typeof Level;
}

/** The level of a name, in any case; `undefined` where there is none. */
export function levelOf(name: string): Level | undefined {
  const levels: Readonly<Record<string, Level>> = {
    HIDDEN: Level.HIDDEN,
    TOKEN: Level.TOKEN,
    MASKED: Level.MASKED,
    CLEAR: Level.CLEAR,
  };
  return levels[name.toUpperCase()];
}

registerEnumType(CategoryName, { name: "Category" });
registerEnumType(Level, { name: "Level" });
registerEnumType(Redaction, {
  name: "Redaction",
  description: "How much of a personal value is served. Without it: the highest level the caller may have.",
});
