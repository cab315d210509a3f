import type { CustomerStatus } from "../domain/vocabulary";
import type { DataStore } from "./databases";
import { rowSource, type Row, type SqlValue } from "./rows";

/** What is open of a message whose text is stored, and of its customer: nothing sealed is read, not even as an envelope. */
export interface TwinnedMessage {
  readonly id: string;
  readonly customerId: string;
  readonly direction: string;
  readonly senderId: string | null;
  readonly sentAtMs: number;
  /** Null: its twin is still to be tried. */
  readonly twinVersion: number | null;
  /** Whether there is a twin; a text can be withheld for good too. */
  readonly hasTwin: boolean;
  readonly country: string | null;
  readonly language: string | null;
  readonly status: CustomerStatus;
}

/** Messages of one tenant by the time at which they were sent: from the first moment on, and before the second. */
export interface SentRange {
  readonly tenantId: string;
  readonly fromMs: number;
  readonly beforeMs: number;
}

/** Messages whose text is stored, in the order in which they were sent. */
export interface TwinnedMessages {
  /** How many messages there are, with those whose text is not stored: as many as there can be, from an index alone. */
  countAtMost(range: SentRange): Promise<number>;
  /** The first page, or the one behind a message. */
  page(
    range: SentRange,
    after: TwinnedMessage | undefined,
    limit: number,
  ): Promise<readonly TwinnedMessage[]>;
}

const IN_RANGE = "r.tenant_id = ? AND r.sent_at < ? AND r.sent_at >= ?";

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);

function messageOf(row: Row): TwinnedMessage {
  const [id, customerId, direction, senderId, sentAt, twinVersion, hasTwin, country, language, status] = row;
  return {
    id: String(id),
    customerId: String(customerId),
    direction: String(direction),
    senderId: textOrNull(senderId),
    sentAtMs: Number(sentAt),
    twinVersion: twinVersion === null ? null : Number(twinVersion),
    hasTwin: Number(hasTwin) === 1,
    country: textOrNull(country),
    language: textOrNull(language),
    status: String(status) as CustomerStatus,
  };
}

/** @see TwinnedMessages */
export function sqlTwinnedMessages({ reader }: DataStore): TwinnedMessages {
  const rows = rowSource(reader);
  return {
    async countAtMost({ tenantId, fromMs, beforeMs }) {
      const text = `SELECT COUNT(*) FROM message r WHERE ${IN_RANGE}`;
      const [row] = await rows.rows({ text, values: [tenantId, beforeMs, fromMs] });
      return Number(row?.[0] ?? 0);
    },
    async page({ tenantId, fromMs, beforeMs }, after, limit) {
      const atMs = after?.sentAtMs ?? fromMs;
      // Joined from the left and without a row comparison, as in the reader's lists: MariaDB then walks one index in order.
      const text = `SELECT r.id, r.customer_id, r.direction, r.sender_id, r.sent_at, r.twin_version, r.body_twin_ct IS NOT NULL, s.country, s.language, s.status FROM message r LEFT JOIN customer s ON s.id = r.customer_id WHERE ${IN_RANGE} AND r.body_stored = 1 AND (r.sent_at > ? OR r.id > ?) ORDER BY r.sent_at, r.id LIMIT ?`;
      const values: SqlValue[] = [tenantId, beforeMs, atMs, atMs, after?.id ?? "", limit];
      return (await rows.rows({ text, values })).map(messageOf);
    },
  };
}
