import type { SqlAuditStore } from "../audit/sql-audit-store";
import { levelOf, type Level } from "../domain/category";
import type { Elevation } from "../domain/elevation";

/** What was read under an elevation at one moment, of one type. */
export interface ElevatedRead {
  readonly at: Date;
  /** How many records of the customer. */
  readonly records: number;
  readonly fields: readonly { readonly field: string; readonly level: Level }[];
}

/** How long after the end an entry can be committed for what was read before it. */
const COMMIT_SLACK_MS = 60_000;

/** An entry of the access log, as far as it is looked at here. @see encodeEntry in audit/access-entry */
interface LoggedEntry {
  readonly at: string;
  readonly reads?: readonly {
    readonly type: string;
    readonly elevations?: readonly string[];
    readonly fields: Readonly<Record<string, string>>;
    readonly subjects: readonly string[];
    readonly records?: readonly number[];
  }[];
}

function readsOf(entry: LoggedEntry, { id, customerId }: Elevation): ElevatedRead[] {
  return (entry.reads ?? []).flatMap((read) => {
    const place = read.subjects.indexOf(customerId);
    if (read.elevations?.includes(id) !== true || place === -1) return [];
    const fields = Object.entries(read.fields).flatMap(([field, name]) => {
      const level = levelOf(name);
      return level === undefined ? [] : [{ field: `${read.type}.${field}`, level }];
    });
    return [{ at: new Date(entry.at), records: read.records?.[place] ?? 1, fields }];
  });
}

/** Exactly what was read under an elevation, from the access log, oldest first. */
export async function elevatedReads(
  auditStore: Pick<SqlAuditStore, "entriesBy">,
  elevation: Elevation,
): Promise<readonly ElevatedRead[]> {
  const { principalId, approvedAt, expiresAt } = elevation;
  if (approvedAt === null || expiresAt === null) return [];
  const reads: ElevatedRead[] = [];
  const until = expiresAt.getTime() + COMMIT_SLACK_MS;
  for await (const bytes of auditStore.entriesBy(principalId, approvedAt.getTime(), until)) {
    reads.push(...readsOf(JSON.parse(Buffer.from(bytes).toString()) as LoggedEntry, elevation));
  }
  return reads;
}
