/** What a column of a file can be mapped to, in the order that messages list them. */
export const IMPORT_FIELDS = [
  "externalId",
  "customerNumber",
  "direction",
  "senderId",
  "body",
  "status",
  "encoding",
  "segments",
  "errorCode",
  "sentAt",
  "deliveredAt",
] as const;

/** A name that `--map` takes on its right side. */
export type ImportField = (typeof IMPORT_FIELDS)[number];

/** Who sent the message, seen from the tenant. */
export type RowDirection = "INBOUND" | "OUTBOUND";

/** How far the message came. */
export type RowStatus = "QUEUED" | "SENT" | "DELIVERED" | "UNDELIVERED" | "FAILED" | "RECEIVED";

/** One checked message of the file. */
export interface ImportRow {
  /** The line on which the record starts, counted from 1. */
  readonly line: number;
  readonly externalId: string;
  readonly customerNumber: string;
  readonly direction: RowDirection;
  readonly senderId: string | null;
  readonly body: string;
  readonly status: RowStatus | null;
  readonly encoding: string | null;
  readonly segments: number | null;
  readonly errorCode: string | null;
  readonly sentAt: Date;
  readonly deliveredAt: Date | null;
}

/** What became of one row; a reason must not quote the row. */
export type RowOutcome =
  | { readonly kind: "stored" }
  | { readonly kind: "duplicate" }
  | { readonly kind: "rejected"; readonly reason: string };

/** Stores rows and says what became of each, in row order; a throw stops the import, which can be resumed. */
export type StoreRows = (rows: readonly ImportRow[]) => Promise<readonly RowOutcome[]>;

/** What a row has where the file says nothing. */
export interface RowDefaults {
  /** Without one, the file must have a direction. */
  readonly direction: RowDirection | null;
  readonly senderId: string | null;
}
