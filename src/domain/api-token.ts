import { Entity, Index, JoinColumn, ManyToOne, type Relation } from "typeorm";
import { Internal } from "./classified";
import { code, idOf, instant, names, rowId } from "./kind";
import { Tenant } from "./tenant";

/** What a partner app signs in with: scopes and purposes within one tenant. */
@Entity("api_token")
@Index("ux_api_token_handle", ["handle"], { unique: true })
@Index("ix_api_token_tenant", ["tenantId"])
export class ApiToken {
  @Internal("security", rowId())
  id!: string;

  /** The part of the token that names this row: `fw_<tenant>_<handle>_<secret>_<crc>`. */
  @Internal("security", code(16))
  handle!: string;

  @Internal("security", idOf())
  tenantId!: string;

  @ManyToOne(() => Tenant, { nullable: false, onDelete: "RESTRICT", onUpdate: "RESTRICT" })
  @JoinColumn({ name: "tenant_id", foreignKeyConstraintName: "fk_api_token_tenant" })
  tenant?: Relation<Tenant>;

  @Internal("security", code(120))
  name!: string;

  /** HMAC-SHA-256 of the secret under a root key of the vault, in hex: useless without the vault. */
  @Internal("security", code(64))
  secretHash!: string;

  @Internal("security", names())
  scopes!: string[];

  @Internal("security", names())
  purposes!: string[];

  @Internal("security", instant())
  createdAt!: Date;

  @Internal("security", instant())
  expiresAt!: Date;

  @Internal("security", instant({ nullable: true }))
  revokedAt!: Date | null;

  /** Addresses and networks (CIDR) that it may be used from; null: any. */
  @Internal("security", names({ nullable: true }))
  allowedIps!: string[] | null;

  /** SHA-256 of the client certificate that it is bound to, in hex; null: none. @see RFC 8705 §3.1 */
  @Internal("security", code(64, { nullable: true }))
  certificateSha256!: string | null;

  /** The hash of the secret before the last rotation, which still counts until `previousUntil`. */
  @Internal("security", code(64, { nullable: true }))
  previousHash!: string | null;

  @Internal("security", instant({ nullable: true }))
  previousUntil!: Date | null;

  /** When it was last used, to some minutes. */
  @Internal("security", instant({ nullable: true }))
  lastUsedAt!: Date | null;

  /** Since when it may do nothing, for an incident; null: not frozen. */
  @Internal("security", instant({ nullable: true }))
  frozenAt!: Date | null;

  /** Who issued it: a principal's id. */
  @Internal("security", code(36, { nullable: true }))
  createdBy!: string | null;
}
