import { Entity, Index } from "typeorm";
import { Internal } from "../domain/classified";
import { big, bytes, code, idOf, instant, rowId, whole } from "../domain/kind";

/**
 * A key-encryption key (KEK) of this installation or of one tenant, wrapped by a key provider. It wraps data keys and root
 * keys, so that the provider is asked once in a while and not for every customer.
 */
@Entity("kek")
export class Kek {
  @Internal("security", rowId())
  id!: string;

  /** Null: of every tenant that has none of its own, and of the root keys. */
  @Internal("security", idOf({ nullable: true }))
  tenantId!: string | null;

  /** The provider as in the setting FIELDWARD_KEY_PROVIDER; null: the one of that setting. */
  @Internal("security", code(255, { nullable: true }))
  provider!: string | null;

  /** The provider's key that it is wrapped by, and its version. */
  @Internal("security", code(255))
  keyId!: string;

  @Internal("security", code(128))
  keyVersion!: string;

  /** No bytes once it is destroyed. */
  @Internal("security", bytes())
  wrapped!: Buffer;

  /** @see StoredKek */
  @Internal("security", code(16))
  state!: string;

  @Internal("security", instant())
  createdAt!: Date;

  @Internal("security", instant({ nullable: true }))
  retiredAt!: Date | null;
}

/** The data key of one customer, wrapped. Destroying this row makes every copy of the customer's data unreadable. */
@Entity("subject_key")
@Index("ix_subject_key_subject", ["subjectId"])
@Index("ix_subject_key_kek", ["kekId", "id"])
@Index("ix_subject_key_run", ["runId", "id"])
export class SubjectKey {
  /** The 16 bytes that envelopes name, as a UUID. */
  @Internal("security", rowId())
  id!: string;

  @Internal("security", idOf())
  subjectId!: string;

  /** Null: of no tenant, or made before keys knew their tenant. */
  @Internal("security", idOf({ nullable: true }))
  tenantId!: string | null;

  @Internal("security", code(64))
  kekId!: string;

  @Internal("security", bytes())
  wrapped!: Buffer;

  /** `active` seals and opens; `retired` opens only; `kept` too, and stays, since something under it does not open. */
  @Internal("security", code(16))
  state!: string;

  @Internal("security", instant())
  createdAt!: Date;

  @Internal("security", instant({ nullable: true }))
  retiredAt!: Date | null;

  /** The resealing that retired it. */
  @Internal("security", idOf({ nullable: true }))
  runId!: string | null;
}

/** A key of the deployment for one use (blind index, pseudonyms, tokens …), wrapped. */
@Entity("root_key")
@Index("ux_root_key", ["purpose", "version"], { unique: true })
export class RootKey {
  @Internal("security", rowId())
  id!: string;

  @Internal("security", code(32))
  purpose!: string;

  @Internal("security", whole())
  version!: number;

  @Internal("security", code(64))
  kekId!: string;

  @Internal("security", bytes())
  wrapped!: Buffer;

  @Internal("security", instant())
  createdAt!: Date;

  /** Of a blind index's key: `incoming`, `current` or `retired`; null: current. */
  @Internal("security", code(16, { nullable: true }))
  state!: string | null;
}

/** Customers whose keys were destroyed. What it lists must not be readable again, whatever is restored. */
@Entity("shred_ledger")
@Index("ix_shred_ledger_subject", ["subjectId"])
@Index("ix_shred_ledger_at", ["at", "doneAt"])
export class ShredLedger {
  @Internal("security", rowId())
  id!: string;

  @Internal("security", idOf())
  subjectId!: string;

  @Internal("security", idOf({ nullable: true }))
  tenantId!: string | null;

  /** The id of the principal, or `operator` for the command line. */
  @Internal("security", code(36))
  orderedBy!: string;

  @Internal("security", instant())
  at!: Date;

  /** Without the right one a row is no order. @see ShredOrder */
  @Internal("security", code(64))
  mac!: string;

  /** When the last sealed value of it was nulled; null: not yet. */
  @Internal("security", instant({ nullable: true }))
  doneAt!: Date | null;
}

/** How far a rotation is, so that it goes on where it was cut off. */
@Entity("rotation_run")
export class RotationRun {
  @Internal("security", rowId())
  id!: string;

  @Internal("security", code(16))
  kind!: string;

  @Internal("security", code(64))
  phase!: string;

  @Internal("security", instant())
  phaseSince!: Date;

  /** After which row the phase goes on, as the phase writes it. */
  @Internal("security", code(128))
  place!: string;

  @Internal("security", big())
  done!: number;

  @Internal("security", big())
  total!: number;

  @Internal("security", big())
  failed!: number;

  @Internal("security", instant())
  startedAt!: Date;

  @Internal("security", instant({ nullable: true }))
  finishedAt!: Date | null;
}

/** What every process of the installation must hold to. Its id is the name of the setting. */
@Entity("vault_setting")
export class VaultSetting {
  @Internal("security", rowId())
  id!: string;

  @Internal("security", big())
  value!: number;
}

/** The entities of the vault database. */
export const vaultEntities = [Kek, SubjectKey, RootKey, ShredLedger, RotationRun, VaultSetting];
