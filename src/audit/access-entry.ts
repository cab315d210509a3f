import type { Level } from "../domain/category";
import { levelName } from "../domain/category";
import type { ErrorCode } from "../domain/errors";
import type { DeclaredPurpose, Principal } from "../domain/principal";

/** What was read of some customers at the same levels: fields with their levels, customers with their numbers of records. */
export interface AccessRead {
  readonly type: string;
  /** The elevations that raised it. */
  readonly elevations?: readonly string[];
  readonly fields: ReadonlyMap<string, Level>;
  readonly subjects: ReadonlyMap<string, number>;
}

/** Something that was refused: what, and by which rule. */
export interface AccessDenial {
  readonly field: string;
  readonly code: ErrorCode;
}

/**
 * READ and DENIED are queries, WRITE is what a mutation is about to commit, START opens a writer's log, SHRED destroys a
 * customer's keys and KEYS is work on keys. SIGN_IN is an attempt to sign in, ACCOUNTS a change of staff or tokens,
 * ELEVATION a step of one, EXPLAIN an explanation of what somebody may see of a customer, POLICY a change of the policy in
 * force. Where no query did it, `operationName` says what was done.
 */
export type AccessKind =
  | "READ"
  | "WRITE"
  | "DENIED"
  | "START"
  | "SHRED"
  | "KEYS"
  | "SIGN_IN"
  | "ACCOUNTS"
  | "ELEVATION"
  | "EXPLAIN"
  | "POLICY";

/** What happened, for the access log. It holds ids and names of fields; a value has no place in it. */
export interface AccessEntry {
  readonly kind: AccessKind;
  readonly requestId: string;
  readonly principal: Principal | null;
  readonly purpose: DeclaredPurpose | null;
  readonly operationName: string | null;
  /** SHA-256 of the document with its literals emptied, in hex. */
  readonly operationHash: string | null;
  readonly reads: readonly AccessRead[];
  /** What lists were filtered by, such as `CustomerFilter.phone`: never the value that was asked for. */
  readonly filters?: readonly string[];
  readonly denials: readonly AccessDenial[];
  readonly ip: string | null;
  /** Whom or what it was done to, by id: a staff member, a token, an elevation, a customer, a revision of the policy. */
  readonly about?: string;
  /** What came of it, as a word: `ok`, `refused`, `locked`. */
  readonly outcome?: string;
}

/** How many customers one entry names at most: an entry stays below the 64 KiB of a tlog-tiles bundle entry. */
const SUBJECTS_PER_ENTRY = 500;

interface LoggedRead {
  readonly type: string;
  readonly elevations: readonly string[] | undefined;
  readonly fields: Readonly<Record<string, string>>;
  /** Customer ids. */
  readonly subjects: readonly string[];
  /** How many records of each, in their order; left out where it is one of each. */
  readonly records: readonly number[] | undefined;
}

function logged(read: AccessRead, subjects: readonly (readonly [string, number])[]): LoggedRead {
  const fields = [...read.fields].map(([field, level]) => [field, levelName(level)]);
  const records = subjects.map(([, count]) => count);
  return {
    type: read.type,
    elevations: given(read.elevations ?? []),
    fields: Object.fromEntries(fields) as Record<string, string>,
    subjects: subjects.map(([id]) => id),
    records: records.some((count) => count !== 1) ? records : undefined,
  };
}

/** Cuts the reads of an operation into parts that each fit an entry. */
function parts(reads: readonly AccessRead[]): LoggedRead[][] {
  const cut: LoggedRead[][] = [[]];
  let room = SUBJECTS_PER_ENTRY;
  for (const read of reads) {
    const subjects = [...read.subjects];
    for (let from = 0; from < Math.max(1, subjects.length);) {
      const taken = subjects.slice(from, from + room);
      cut.at(-1)?.push(logged(read, taken));
      from += Math.max(1, taken.length);
      room -= taken.length;
      if (room <= 0) {
        cut.push([]);
        room = SUBJECTS_PER_ENTRY;
      }
    }
  }
  return cut.filter((part, i) => i === 0 || part.length > 0);
}

/**
 * The bytes of an entry as they are hashed and stored: UTF-8 JSON, one or more of them where an operation read more
 * customers than one entry names. The same fields in the same order, always.
 */
export function encodeEntry(entry: AccessEntry, at: Date): Buffer[] {
  const cut = parts(entry.reads);
  return cut.map((reads, i) => {
    const part = cut.length === 1 ? undefined : [i + 1, cut.length];
    return Buffer.from(JSON.stringify(encoded(entry, at, part, reads)));
  });
}

/** What is empty is left out of the JSON: `undefined` is. */
function encoded(
  entry: AccessEntry,
  at: Date,
  part: readonly number[] | undefined,
  reads: readonly LoggedRead[],
) {
  const { kind, requestId, principal, purpose, operationName, operationHash, denials, ip, about, outcome } =
    entry;
  return {
    v: 1,
    kind,
    at: at.toISOString(),
    request: requestId,
    ...(principal === null ? {} : actor(principal)),
    part,
    ...(purpose === null ? {} : { purpose: purpose.purpose, case: orNothing(purpose.caseId) }),
    operation: orNothing(operationName),
    operationHash: orNothing(operationHash),
    ip: orNothing(ip),
    about,
    outcome,
    filters: given(entry.filters ?? []),
    denials: given(denials),
    reads: given(reads),
  };
}

function actor({ id, kind, tenantId }: Principal): object {
  return { actor: id, actorKind: kind, tenant: orNothing(tenantId) };
}

function orNothing(value: string | null): string | undefined {
  return value ?? undefined;
}

function given<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
