/** A name that can be shown: words that begin with a letter, and no digits as in a phone number or a date. */
const NAME = /^(?!.*\d{3})\p{L}[\p{L}\d _.()/-]{0,39}$/u;

/** As many columns as every message needs; with fewer, a first line of data could pass for a header. */
const FEWEST_COLUMNS = 4;

/**
 * Picks the columns of a header that a message may name: all, or none if it may be data.
 *
 * Of a file without a header the first record is taken for one, and must not be shown. A record that could be
 * imported has a number and a date, and so more digits than names have.
 */
export function showableColumns(header: readonly string[]): readonly string[] {
  return header.length >= FEWEST_COLUMNS && header.every((name) => NAME.test(name)) ? header : [];
}

/** Picks the keys of JSON objects that a message may name. */
export function showableKeys(keys: ReadonlySet<string>): readonly string[] {
  return [...keys].filter((key) => NAME.test(key)).slice(0, 50);
}

/** Lists the columns of a header as the end of a message. */
export function listColumns(header: readonly string[]): string {
  const shown = showableColumns(header);
  if (shown.length > 0) return `Columns: ${shown.join(", ")}.`;
  return (
    `The first line has ${header.length} values that do not look like a header, so they are not shown; ` +
    "for a file without one, use column numbers, such as --map 1=externalId."
  );
}

/** Lists the keys of JSON objects as the end of a message. */
export function listKeys(keys: ReadonlySet<string>): string {
  return `Keys: ${showableKeys(keys).join(", ")}.`;
}
