import { ObjectType } from "type-graphql";
import { Entity, Index, JoinColumn, ManyToOne, type Relation } from "typeorm";
import { Internal, Open, Personal, Resolved, Subject } from "./classified";
import { code, idOf, instant, oneOf, rowId, whole } from "./kind";
import { maskBirthDate, maskEmail, maskName, maskPhone, withhold } from "./mask";
import { normaliseEmail, normalisePhone } from "./normalise";
import { Tenant } from "./tenant";
import { CustomerStatus } from "./vocabulary";

/** The data subject: the person behind a phone number, within one tenant. */
@Entity("customer")
@ObjectType({ description: "The person behind a phone number, within one tenant." })
@Resolved({ consents: "consent", consentState: "consent", messages: "traffic" })
@Index("ux_customer_phone", ["tenantId", "phoneBi"], { unique: true })
@Index("ux_customer_phone2", ["tenantId", "phoneBi2"], { unique: true })
@Index("ix_customer_phone", ["phoneBi"])
@Index("ix_customer_phone2", ["phoneBi2"])
@Index("ix_customer_email", ["tenantId", "emailBi"])
@Index("ix_customer_email2", ["tenantId", "emailBi2"])
@Index("ix_customer_email_any", ["emailBi"])
@Index("ix_customer_email_any2", ["emailBi2"])
@Index("ix_customer_tenant", ["tenantId", "id"])
@Index("ux_customer_external_ref", ["tenantId", "externalRef"], { unique: true })
export class Customer {
  @Subject()
  @Open("account", rowId())
  id!: string;

  @Open("account", idOf())
  tenantId!: string;

  @ManyToOne(() => Tenant, { nullable: false, onDelete: "RESTRICT", onUpdate: "RESTRICT" })
  @JoinColumn({ name: "tenant_id", foreignKeyConstraintName: "fk_customer_tenant" })
  tenant?: Relation<Tenant>;

  @Open("account", code(64, { nullable: true }))
  externalRef!: string | null;

  @Open("account", oneOf(CustomerStatus))
  status!: CustomerStatus;

  @Open("account", code(2, { nullable: true }))
  country!: string | null;

  @Open("account", code(16, { nullable: true }))
  language!: string | null;

  @Open("account", instant())
  createdAt!: Date;

  @Personal("identity", { mask: maskName, export: "name" })
  name!: string | null;
  readonly nameCt!: Uint8Array | null;

  @Personal("identity", { mask: maskBirthDate, export: "birthDate" })
  birthDate!: string | null;

  @Personal("contact", { mask: maskPhone, lookup: normalisePhone, export: "phone" })
  phone!: string | null;
  readonly phoneBi!: string | null;
  readonly phoneBi2!: string | null;

  @Personal("contact", { mask: maskEmail, lookup: normaliseEmail, export: "email" })
  email!: string | null;

  @Personal("contact", { mask: withhold, export: "address" })
  address!: string | null;

  /**
   * What the consent ledger adds up to, a bit for each purpose whose basis is consent (`policy/purposes.yaml`), kept in
   * the ledger's own transaction, so that a row check and a WHERE can both ask it.
   */
  @Internal("consent", whole())
  consentBits!: number;

  /** The consents among those bits that run out, as `bit:milliseconds` pairs of two and thirteen digits;
   * null where none does. */
  @Internal("consent", code(255, { nullable: true }))
  consentExpiry!: string | null;
}
