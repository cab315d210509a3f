/** What a write is about to change, for the access log: a type, its fields, and the customers concerned. */
export interface WriteRecord {
  readonly type: string;
  readonly fields: readonly string[];
  /** Customer ids with the number of records of each. */
  readonly subjects: ReadonlyMap<string, number>;
}

/**
 * Puts a write on the access log. It is awaited inside the transaction, before its commit: a write that cannot be logged
 * is rolled back.
 *
 * @throws FieldwardError AUDIT_UNAVAILABLE
 */
export type RecordWrite = (record: WriteRecord) => Promise<void>;

/** Counts how many records each customer has. */
export function countSubjects(customerIds: Iterable<string>): ReadonlyMap<string, number> {
  const subjects = new Map<string, number>();
  for (const id of customerIds) subjects.set(id, (subjects.get(id) ?? 0) + 1);
  return subjects;
}
