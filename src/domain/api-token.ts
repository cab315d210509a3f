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
}
