import { Entity, Index, JoinColumn, ManyToOne, type Relation } from "typeorm";
import { Internal, Personal, Subject } from "./classified";
import { Customer } from "./customer";
import { code, flag, idOf, instant, rowId, whole } from "./kind";
import { withhold } from "./mask";

/** A timed, approved right of one principal to see one category of one customer in the clear. */
@Entity("elevation")
@Index("ix_elevation_principal", ["principalId", "expiresAt"])
@Index("ix_elevation_customer", ["customerId"])
@Index("ix_elevation_requested", ["requestedAt", "id"])
export class Elevation {
  @Internal("security", rowId())
  id!: string;

  /** Who asked for it and is raised by it. */
  @Internal("security", idOf())
  principalId!: string;

  @Subject()
  @Internal("security", idOf())
  customerId!: string;

  @ManyToOne(() => Customer, { nullable: false, onDelete: "RESTRICT", onUpdate: "RESTRICT" })
  @JoinColumn({ name: "customer_id", foreignKeyConstraintName: "fk_elevation_customer" })
  customer?: Relation<Customer>;

  /** A category of the domain. */
  @Internal("security", code(24))
  category!: string;

  /** Free text: it may well name the customer, so it is sealed under the customer's key and goes when that goes. */
  @Personal("security", { mask: withhold, export: "elevationReason" })
  reason!: string | null;

  @Internal("security", code(64, { nullable: true }))
  caseId!: string | null;

  @Internal("security", whole())
  minutes!: number;

  /** Whether the one who asked approved it alone, as policy may allow in an emergency. */
  @Internal("security", flag())
  emergency!: boolean;

  @Internal("security", instant())
  requestedAt!: Date;

  @Internal("security", idOf({ nullable: true }))
  approvedBy!: string | null;

  @Internal("security", instant({ nullable: true }))
  approvedAt!: Date | null;

  @Internal("security", instant({ nullable: true }))
  expiresAt!: Date | null;

  @Internal("security", idOf({ nullable: true }))
  reviewedBy!: string | null;

  @Internal("security", instant({ nullable: true }))
  reviewedAt!: Date | null;

  /** What the review found; sealed, for the same reason. */
  @Personal("security", { mask: withhold, export: "elevationFinding" })
  finding!: string | null;
}
