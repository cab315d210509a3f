/** The import was asked for in a way that cannot work; the message says what to do and holds no row content. */
export class ImportUsageError extends Error {
  override readonly name = "ImportUsageError";
}
