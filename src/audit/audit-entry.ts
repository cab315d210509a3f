import { Entity, Index } from "typeorm";
import { Internal } from "../domain/classified";
import { bytes, code, idOf, instant, rowId } from "../domain/kind";

/** One entry of the access log as it lies in the audit database. The gateway's account may INSERT and SELECT, no more. */
@Entity("audit_entry")
@Index("ux_audit_entry_place", ["writerId", "place"], { unique: true })
@Index("ix_audit_entry_at", ["at"])
@Index("ix_audit_entry_actor", ["actorId", "at"])
export class AuditEntry {
  @Internal("security", rowId())
  id!: string;

  /** The log that it belongs to: each gateway process writes one of its own. */
  @Internal("security", code(36))
  writerId!: string;

  /** Its place in the writer's tree, from 0, without gaps. */
  @Internal("security", { ...instant(), column: { type: "bigint" } })
  place!: number;

  @Internal("security", instant())
  at!: Date;

  /** Who did it, to find entries by; the entry's own bytes tell it too, and verification compares. */
  @Internal("security", idOf({ nullable: true }))
  actorId!: string | null;

  /** The entry, UTF-8 JSON: these bytes are the Merkle leaf. */
  @Internal("security", bytes())
  entry!: Buffer;

  /** SHA-256(0x00 ‖ entry) in hex. */
  @Internal("security", code(64))
  leafHash!: string;

  /** The root of the writer's tree with this entry as its last leaf, in hex; written for the last entry of each commit. */
  @Internal("security", code(64, { nullable: true }))
  rootHash!: string | null;
}

/**
 * A customer whose keys were ordered to be destroyed, noted before they are. The vault has a ledger of its own; this one
 * lies where a restored vault cannot take it back.
 */
@Entity("shred_entry")
@Index("ix_shred_entry_at", ["at"])
@Index("ix_shred_entry_subject", ["subjectId"])
export class ShredEntry {
  @Internal("security", rowId())
  id!: string;

  @Internal("security", idOf())
  subjectId!: string;

  @Internal("security", idOf({ nullable: true }))
  tenantId!: string | null;

  @Internal("security", code(36))
  orderedBy!: string;

  @Internal("security", instant())
  at!: Date;

  /** Without the right one a row is no order. @see ShredOrder */
  @Internal("security", code(64))
  mac!: string;
}

/** The entities of the audit database. */
export const auditEntities = [AuditEntry, ShredEntry];
