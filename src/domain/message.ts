import { ObjectType } from "type-graphql";
import { Entity, Index, JoinColumn, ManyToOne, type Relation } from "typeorm";
import { Internal, Open, Personal, Resolved, SealedInternal, Subject } from "./classified";
import { Customer } from "./customer";
import { code, flag, idOf, instant, oneOf, rowId, whole } from "./kind";
import { maskPhone, withhold } from "./mask";
import { normalisePhone } from "./normalise";
import { Direction, MessageStatus } from "./vocabulary";

/** An SMS between a tenant and a customer. */
@Entity("message")
@ObjectType({ description: "An SMS between a tenant and a customer." })
@Resolved({ customer: "account" })
@Index("ux_message_external_id", ["tenantId", "externalId"], { unique: true })
@Index("ix_message_customer", ["customerId", "sentAt", "id"])
@Index("ix_message_tenant", ["tenantId", "sentAt", "id"])
@Index("ix_message_sent", ["sentAt", "id"])
@Index("ix_message_twin", ["twinVersion", "id"])
export class Message {
  @Open("account", rowId())
  id!: string;

  @Open("account", idOf())
  tenantId!: string;

  @Subject()
  @Open("account", idOf())
  customerId!: string;

  @ManyToOne(() => Customer, { nullable: false, onDelete: "RESTRICT", onUpdate: "RESTRICT" })
  @JoinColumn({ name: "customer_id", foreignKeyConstraintName: "fk_message_customer" })
  customer?: Relation<Customer>;

  @Open("account", { ...code(64), nullable: true })
  externalId!: string;

  @Open("traffic", oneOf(Direction))
  direction!: Direction;

  /** The tenant's side: short code, long code or alphanumeric sender. */
  @Open("traffic", code(32, { nullable: true }))
  senderId!: string | null;

  /** The customer's number. Its index is that of the customer's phone, so that both have the same pseudonym. */
  @Personal("contact", {
    indexOf: "customer.phone",
    mask: maskPhone,
    lookup: normalisePhone,
    export: "customerNumber",
  })
  customerNumber!: string | null;

  @Personal("content", { mask: withhold, twin: "bodyTwin", presence: "bodyStored", export: "body" })
  body!: string | null;
  readonly bodyCt!: Uint8Array | null;

  /** The text without its personal data, as `serialiseTwin` writes it; null: the text is withheld at MASKED. */
  @SealedInternal("content")
  bodyTwin!: string | null;

  /** The version of the detector that the twin was made by, or withheld by; null: it is still to be tried. */
  @Internal("content", whole({ nullable: true }))
  twinVersion!: number | null;

  @Open("traffic", flag())
  bodyStored!: boolean;

  @Open("traffic", oneOf(MessageStatus, { nullable: true }))
  status!: MessageStatus | null;

  @Open("traffic", code(16, { nullable: true }))
  encoding!: string | null;

  @Open("traffic", whole({ nullable: true }))
  segments!: number | null;

  @Open("traffic", code(32, { nullable: true }))
  errorCode!: string | null;

  @Open("traffic", { ...instant(), nullable: true })
  sentAt!: Date;

  @Open("traffic", instant({ nullable: true }))
  deliveredAt!: Date | null;

  @Open("traffic", flag())
  legalHold!: boolean;
}
