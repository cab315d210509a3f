import type { SqlAuditStore } from "../audit/sql-audit-store";
import { Level, levelOf } from "../domain/category";
import { classifiedField } from "../domain/classified";
import type { Elevation } from "../domain/elevation";

/** What was read under an elevation at one moment, of one type. */
export interface ElevatedRead {
  readonly at: Date;
  /** How many records of the customer. */
  readonly records: number;
  readonly fields: readonly { readonly field: string; readonly level: Level }[];
}

/** The elevation, as far as its reads are found by it. */
type Elevated = Pick<
  Elevation,
  "id" | "principalId" | "customerId" | "category" | "approvedAt" | "expiresAt"
>;

/**
 * How far beyond its beginning and its end an elevation's entries are looked for: one can be committed some time after what
 * it tells of, and be dated by a replica whose clock is behind or ahead. Which elevation it tells of stands in the entry.
 */
const SLACK_MS = 60_000;

/** An entry of the access log, as far as it is looked at here. @see encodeEntry in audit/access-entry */
interface LoggedEntry {
  readonly at: string;
  readonly reads?: readonly LoggedRead[];
}

interface LoggedRead {
  readonly type: string;
  readonly elevations?: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
  readonly subjects: readonly string[];
  readonly records?: readonly number[];
}

/** A time in which somebody had elevations, one after the other or several at once. */
interface Span {
  readonly principalId: string;
  readonly fromMs: number;
  readonly toMs: number;
}

function spanOf({ principalId, approvedAt, expiresAt }: Elevated): Span[] {
  if (approvedAt === null || expiresAt === null) return [];
  return [{ principalId, fromMs: approvedAt.getTime() - SLACK_MS, toMs: expiresAt.getTime() + SLACK_MS }];
}

/** The times of some elevations without overlap, so that no part of the log is read twice. */
function spansOf(elevations: readonly Elevated[]): readonly Span[] {
  const spans: Span[] = [];
  for (const next of elevations.flatMap(spanOf).sort(inOrder)) {
    const last = spans.at(-1);
    if (last?.principalId !== next.principalId || last.toMs < next.fromMs) spans.push(next);
    else spans[spans.length - 1] = { ...last, toMs: Math.max(last.toMs, next.toMs) };
  }
  return spans;
}

function inOrder(one: Span, other: Span): number {
  if (one.principalId !== other.principalId) return one.principalId < other.principalId ? -1 : 1;
  return one.fromMs - other.fromMs;
}

/**
 * What of a read is the elevation's: fields of its category that were served, and not what stands beside them. A field that
 * this version no longer knows is told all the same.
 */
function fieldsUnder({ type, fields }: LoggedRead, category: string): ElevatedRead["fields"] {
  return Object.entries(fields).flatMap(([field, name]) => {
    const level = levelOf(name);
    const known = classifiedField(type, field);
    const served = level !== undefined && level !== Level.HIDDEN;
    if (!served || (known !== undefined && known.category !== category)) return [];
    return [{ field: `${type}.${field}`, level }];
  });
}

function readUnder(read: LoggedRead, at: string, { customerId, category }: Elevated): ElevatedRead[] {
  const place = read.subjects.indexOf(customerId);
  const fields = place === -1 ? [] : fieldsUnder(read, category);
  return fields.length === 0 ? [] : [{ at: new Date(at), records: read.records?.[place] ?? 1, fields }];
}

/** Exactly what was read under each of some elevations, by its id, from the access log, oldest first. */
export async function elevatedReads(
  auditStore: Pick<SqlAuditStore, "entriesBy">,
  elevations: readonly Elevated[],
): Promise<ReadonlyMap<string, readonly ElevatedRead[]>> {
  const byId = new Map(elevations.map((elevation) => [elevation.id, elevation]));
  const found = new Map(elevations.map(({ id }): [string, ElevatedRead[]] => [id, []]));
  for (const { principalId, fromMs, toMs } of spansOf(elevations)) {
    for await (const bytes of auditStore.entriesBy(principalId, fromMs, toMs)) {
      const { at, reads = [] } = JSON.parse(Buffer.from(bytes).toString()) as LoggedEntry;
      for (const read of reads) {
        for (const id of read.elevations ?? []) {
          const elevation = byId.get(id);
          if (elevation !== undefined) found.get(id)?.push(...readUnder(read, at, elevation));
        }
      }
    }
  }
  return found;
}
