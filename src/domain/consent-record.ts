import { ObjectType } from "type-graphql";
import { Entity, Index, JoinColumn, ManyToOne, type Relation } from "typeorm";
import { Open, Personal, Subject } from "./classified";
import { Customer } from "./customer";
import { code, idOf, instant, oneOf, rowId, whole } from "./kind";
import { withhold } from "./mask";
import { ConsentState, LegalBasis } from "./vocabulary";

/** An event in the append-only consent ledger, with the fields of ISO/IEC TS 27560. */
@Entity("consent_record")
@ObjectType({ description: "An event in an append-only ledger (ISO/IEC TS 27560 fields)." })
@Index("ix_consent_customer", ["customerId", "recordedAt", "id"])
export class ConsentRecord {
  @Open("account", rowId())
  id!: string;

  @Subject()
  @Open("account", idOf())
  customerId!: string;

  @ManyToOne(() => Customer, { nullable: false, onDelete: "RESTRICT", onUpdate: "RESTRICT" })
  @JoinColumn({ name: "customer_id", foreignKeyConstraintName: "fk_consent_customer" })
  customer?: Relation<Customer>;

  @Open("consent", code(32))
  purpose!: string;

  @Open("consent", oneOf(ConsentState))
  state!: ConsentState;

  @Open("consent", oneOf(LegalBasis))
  legalBasis!: LegalBasis;

  @Open("consent", code(32))
  method!: string;

  @Open("consent", code(16, { nullable: true }))
  jurisdiction!: string | null;

  @Open("consent", code(16, { nullable: true }))
  language!: string | null;

  @Open("consent", whole({ nullable: true }))
  noticeVersion!: number | null;

  @Open("consent", code(64, { nullable: true }))
  noticeHash!: string | null;

  @Open("consent", { ...instant(), nullable: true })
  recordedAt!: Date;

  @Open("consent", instant({ nullable: true }))
  validUntil!: Date | null;

  /** The principal that recorded it: an id, not a name. */
  @Open("consent", code(36))
  recordedBy!: string;

  @Personal("consent", { mask: withhold, export: "evidence" })
  evidence!: string | null;
}
