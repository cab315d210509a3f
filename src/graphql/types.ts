import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { CategoryName, Level, type Category } from "../domain/category";
import { ExposedAs, Open } from "../domain/classified";
import { Customer } from "../domain/customer";
import { computed } from "../domain/kind";
import { Message } from "../domain/message";
import { CustomerStatus, Direction, MessageStatus, PrincipalKind } from "../domain/vocabulary";

const orNull = { nullable: true };

@ObjectType()
export class PageInfo {
  @Open(null, computed(() => Boolean))
  hasNextPage!: boolean;

  @Open(null, computed(() => Boolean))
  hasPreviousPage!: boolean;

  @Open(null, computed(() => String, orNull))
  startCursor!: string | null;

  @Open(null, computed(() => String, orNull))
  endCursor!: string | null;
}

@ObjectType()
export class CustomerEdge {
  @Open(null, computed(() => String))
  cursor!: string;

  @Open(null, computed(() => Customer))
  node!: Customer;
}

@ObjectType()
export class CustomerConnection {
  @Open(null, computed(() => [CustomerEdge]))
  edges!: CustomerEdge[];

  @Open(null, computed(() => [Customer]))
  nodes!: Customer[];

  @Open(null, computed(() => PageInfo))
  pageInfo!: PageInfo;

  @Open(null, computed(() => Int, orNull))
  totalCount!: number | null;
}

@ObjectType()
export class MessageEdge {
  @Open(null, computed(() => String))
  cursor!: string;

  @Open(null, computed(() => Message))
  node!: Message;
}

@ObjectType()
export class MessageConnection {
  @Open(null, computed(() => [MessageEdge]))
  edges!: MessageEdge[];

  @Open(null, computed(() => [Message]))
  nodes!: Message[];

  @Open(null, computed(() => PageInfo))
  pageInfo!: PageInfo;

  @Open(null, computed(() => Int, orNull))
  totalCount!: number | null;
}

@ObjectType()
export class CategoryLevel {
  @Open(null, computed(() => CategoryName))
  category!: Category;

  @Open(null, computed(() => Level))
  level!: Level;

  @Open(null, computed(() => Boolean))
  canElevate!: boolean;
}

/** Who the caller is and what it gets; it says nothing of anyone else. */
@ExposedAs("Principal")
export class PrincipalView {
  @Open(null, computed(() => ID))
  id!: string;

  @Open(null, computed(() => PrincipalKind))
  kind!: PrincipalKind;

  @Open(null, computed(() => ID, orNull))
  tenantId!: string | null;

  @Open(null, computed(() => String, orNull))
  role!: string | null;

  @Open(null, computed(() => [String], orNull))
  scopes!: readonly string[] | null;

  @Open(null, computed(() => [String]))
  purposes!: readonly string[];

  @Open(null, computed(() => GraphQLDateTime, orNull))
  trainedUntil!: Date | null;

  /** What this principal gets by category under its purpose, before any row is looked at. */
  @Open(null, computed(() => [CategoryLevel]))
  levels!: readonly CategoryLevel[];
}

@InputType()
export class CustomerFilter {
  @Field(() => String, orNull)
  phone?: string;

  @Field(() => String, orNull)
  email?: string;

  @Field(() => String, orNull)
  externalRef?: string;

  @Field(() => CustomerStatus, orNull)
  status?: CustomerStatus;

  @Field(() => String, orNull)
  country?: string;

  @Field(() => GraphQLDateTime, orNull)
  createdAfter?: Date;

  @Field(() => GraphQLDateTime, orNull)
  createdBefore?: Date;
}

@InputType()
export class MessageFilter {
  @Field(() => ID, orNull)
  customerId?: string;

  @Field(() => Direction, orNull)
  direction?: Direction;

  @Field(() => MessageStatus, orNull)
  status?: MessageStatus;

  @Field(() => String, orNull)
  senderId?: string;

  @Field(() => GraphQLDateTime, orNull)
  sentAfter?: Date;

  @Field(() => GraphQLDateTime, orNull)
  sentBefore?: Date;
}
