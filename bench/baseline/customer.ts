import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, ObjectType } from "type-graphql";
import { Column, Entity, Index, PrimaryColumn } from "typeorm";
import { CustomerStatus } from "./enums";

@ObjectType()
@Entity("customer")
@Index("customer_tenant", ["tenantId", "id"])
@Index("customer_phone", ["tenantId", "phone"])
export class Customer {
  @Field(() => ID)
  @PrimaryColumn("varchar", { length: 36 })
  id!: string;

  @Field(() => ID)
  @Column("varchar", { name: "tenant_id", length: 36 })
  tenantId!: string;

  @Field(() => String, { nullable: true })
  @Column("varchar", { name: "external_ref", length: 64, nullable: true })
  externalRef!: string | null;

  @Field(() => CustomerStatus)
  @Column("varchar", { length: 16 })
  status!: CustomerStatus;

  @Field(() => String, { nullable: true })
  @Column("varchar", { length: 2, nullable: true })
  country!: string | null;

  @Field(() => String, { nullable: true })
  @Column("varchar", { length: 16, nullable: true })
  language!: string | null;

  @Field(() => GraphQLDateTime)
  @Column("datetime", { name: "created_at", precision: 3 })
  createdAt!: Date;

  @Field(() => String, { nullable: true })
  @Column("varchar", { length: 200, nullable: true })
  name!: string | null;

  @Field(() => String, { nullable: true })
  @Column("date", { name: "birth_date", nullable: true })
  birthDate!: string | null;

  @Field(() => String, { nullable: true })
  @Column("varchar", { length: 20, nullable: true })
  phone!: string | null;

  @Field(() => String, { nullable: true })
  @Column("varchar", { length: 254, nullable: true })
  email!: string | null;

  @Field(() => String, { nullable: true })
  @Column("varchar", { length: 400, nullable: true })
  address!: string | null;
}
