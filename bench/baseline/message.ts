import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, Int, ObjectType } from "type-graphql";
import { Column, Entity, Index, PrimaryColumn } from "typeorm";
import { Direction, MessageStatus } from "./enums";

@ObjectType()
@Entity("message")
@Index("message_customer", ["customerId", "sentAt", "id"])
@Index("message_sent", ["sentAt", "id"])
export class Message {
  @Field(() => ID)
  @PrimaryColumn("varchar", { length: 36 })
  id!: string;

  @Field(() => ID)
  @Column("varchar", { name: "tenant_id", length: 36 })
  tenantId!: string;

  @Field(() => ID)
  @Column("varchar", { name: "customer_id", length: 36 })
  customerId!: string;

  @Field(() => String, { nullable: true })
  @Column("varchar", { name: "external_id", length: 64, nullable: true })
  externalId!: string | null;

  @Field(() => Direction, { nullable: true })
  @Column("varchar", { length: 16 })
  direction!: Direction;

  @Field(() => String, { nullable: true })
  @Column("varchar", { name: "sender_id", length: 20, nullable: true })
  senderId!: string | null;

  @Field(() => String, { nullable: true })
  @Column("varchar", { name: "customer_number", length: 20, nullable: true })
  customerNumber!: string | null;

  @Field(() => String, { nullable: true })
  @Column("varchar", { length: 2000, nullable: true })
  body!: string | null;

  @Field(() => MessageStatus, { nullable: true })
  @Column("varchar", { length: 16, nullable: true })
  status!: MessageStatus | null;

  @Field(() => String, { nullable: true })
  @Column("varchar", { length: 16, nullable: true })
  encoding!: string | null;

  @Field(() => Int, { nullable: true })
  @Column("int", { nullable: true })
  segments!: number | null;

  @Field(() => String, { nullable: true })
  @Column("varchar", { name: "error_code", length: 16, nullable: true })
  errorCode!: string | null;

  @Field(() => GraphQLDateTime, { nullable: true })
  @Column("datetime", { name: "sent_at", precision: 3 })
  sentAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true })
  @Column("datetime", { name: "delivered_at", precision: 3, nullable: true })
  deliveredAt!: Date | null;
}
