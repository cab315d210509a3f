import { Entity, Index } from "typeorm";
import { Internal } from "../domain/classified";
import { bytes, code, idOf, instant, rowId, whole } from "../domain/kind";

/** The data key of one customer, wrapped. Destroying this row makes every copy of the customer's data unreadable. */
@Entity("subject_key")
@Index("ix_subject_key_subject", ["subjectId"])
export class SubjectKey {
  /** The 16 bytes that envelopes name, as a UUID. */
  @Internal("security", rowId())
  id!: string;

  @Internal("security", idOf())
  subjectId!: string;

  @Internal("security", code(64))
  kekId!: string;

  @Internal("security", bytes())
  wrapped!: Buffer;

  /** `active` seals and opens, `retired` opens only. */
  @Internal("security", code(16))
  state!: string;

  @Internal("security", instant())
  createdAt!: Date;
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
}

/** The entities of the vault database. */
export const vaultEntities = [SubjectKey, RootKey];
