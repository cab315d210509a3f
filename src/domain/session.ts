import { Entity, Index, JoinColumn, ManyToOne, type Relation } from "typeorm";
import { Internal } from "./classified";
import { idOf, instant, rowId } from "./kind";
import { Staff } from "./staff";

/** A staff sign-in. The JWT names it; deleting it or setting `endedAt` ends it on every replica. */
@Entity("session")
@Index("ix_session_staff", ["staffId"])
export class Session {
  @Internal("security", rowId())
  id!: string;

  @Internal("security", idOf())
  staffId!: string;

  @ManyToOne(() => Staff, { nullable: false, onDelete: "RESTRICT", onUpdate: "RESTRICT" })
  @JoinColumn({ name: "staff_id", foreignKeyConstraintName: "fk_session_staff" })
  staff?: Relation<Staff>;

  @Internal("security", instant())
  createdAt!: Date;

  @Internal("security", instant())
  expiresAt!: Date;

  @Internal("security", instant({ nullable: true }))
  endedAt!: Date | null;

  /** When it was last used, to the minute: a session that is left alone ends. */
  @Internal("security", instant({ nullable: true }))
  lastSeenAt!: Date | null;

  /** When a second factor was given for it; null: it was opened without one. */
  @Internal("security", instant({ nullable: true }))
  secondFactorAt!: Date | null;
}
