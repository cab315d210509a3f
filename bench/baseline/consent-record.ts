import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, Int, ObjectType } from "type-graphql";
import { Column, Entity, Index, PrimaryColumn } from "typeorm";
import { ConsentState, LegalBasis } from "./enums";

@ObjectType()
@Entity("consent_record")
@Index("consent_customer", ["customerId", "recordedAt", "id"])
export class ConsentRecord {
  @Field(() => ID)
  @PrimaryColumn("varchar", { length: 36 })
  id!: string;

  @Column("varchar", { name: "tenant_id", length: 36 })
  tenantId!: string;

  @Field(() => ID)
  @Column("varchar", { name: "customer_id", length: 36 })
  customerId!: string;

  @Field(() => String, { nullable: true })
  @Column("varchar", { length: 32 })
  purpose!: string;

  @Field(() => ConsentState, { nullable: true })
  @Column("varchar", { length: 16 })
  state!: ConsentState;

  @Field(() => LegalBasis, { nullable: true })
  @Column("varchar", { name: "legal_basis", length: 32 })
  legalBasis!: LegalBasis;

  @Field(() => String, { nullable: true })
  @Column("varchar", { length: 32 })
  method!: string;

  @Field(() => String, { nullable: true })
  @Column("varchar", { length: 8 })
  jurisdiction!: string;

  @Field(() => String, { nullable: true })
  @Column("varchar", { length: 16, nullable: true })
  language!: string | null;

  @Field(() => Int, { nullable: true })
  @Column("int", { name: "notice_version", nullable: true })
  noticeVersion!: number | null;

  @Field(() => GraphQLDateTime, { nullable: true })
  @Column("datetime", { name: "recorded_at", precision: 3 })
  recordedAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true })
  @Column("datetime", { name: "valid_until", precision: 3, nullable: true })
  validUntil!: Date | null;
}
