import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, InputType, Int } from "type-graphql";
import { ExposedAs, Open } from "../../domain/classified";
import { computed } from "../../domain/kind";
import { ConsentState, Direction, LegalBasis, MessageStatus } from "../../domain/vocabulary";

const orNull = { nullable: true };
const text = () => String;

@InputType()
export class CreateCustomerInput {
  @Field(() => ID, orNull) tenantId?: string;
  @Field(text, orNull) externalRef?: string;
  @Field(text, orNull) name?: string;
  @Field(text, orNull) birthDate?: string;
  @Field(text) phone!: string;
  @Field(text, orNull) email?: string;
  @Field(text, orNull) address?: string;
  @Field(text, orNull) country?: string;
  @Field(text, orNull) language?: string;
}

@InputType()
export class UpdateCustomerInput {
  @Field(() => ID) id!: string;
  @Field(text, orNull) name?: string;
  @Field(text, orNull) birthDate?: string;
  @Field(text, orNull) phone?: string;
  @Field(text, orNull) email?: string;
  @Field(text, orNull) address?: string;
  @Field(text, orNull) country?: string;
  @Field(text, orNull) language?: string;
}

@InputType()
export class StoreMessageInput {
  @Field(text) externalId!: string;
  @Field(() => ID, orNull) customerId?: string;
  @Field(text) customerNumber!: string;
  @Field(() => Direction) direction!: Direction;
  @Field(text) senderId!: string;
  @Field(text) body!: string;
  @Field(() => MessageStatus, orNull) status?: MessageStatus;
  @Field(text, orNull) encoding?: string;
  @Field(() => Int, orNull) segments?: number;
  @Field(text, orNull) errorCode?: string;
  @Field(() => GraphQLDateTime) sentAt!: Date;
  @Field(() => GraphQLDateTime, orNull) deliveredAt?: Date;
}

@InputType({ description: "A delivery receipt for a message stored before." })
export class MessageStatusInput {
  @Field(text) externalId!: string;
  @Field(() => MessageStatus) status!: MessageStatus;
  @Field(text, orNull) errorCode?: string;
  @Field(() => GraphQLDateTime, orNull) deliveredAt?: Date;
}

@InputType()
export class RecordConsentInput {
  @Field(() => ID) customerId!: string;
  @Field(text) purpose!: string;
  @Field(() => ConsentState) state!: ConsentState;
  @Field(() => LegalBasis) legalBasis!: LegalBasis;
  @Field(text) method!: string;
  @Field(text) jurisdiction!: string;
  @Field(text, orNull) language?: string;
  @Field(() => Int, orNull) noticeVersion?: number;
  @Field(text, orNull) evidence?: string;
  @Field(() => GraphQLDateTime, orNull) validUntil?: Date;
}

/** What became of one message of a batch; it tells the caller only what the caller sent. */
@ExposedAs("StoredMessage")
export class StoredMessageView {
  @Open(null, computed(text)) externalId!: string;
  @Open(null, computed(() => ID, orNull)) id!: string | null;
  @Open(null, computed(() => Boolean)) bodyStored!: boolean;
  @Open(null, computed(text, orNull)) reason!: string | null;
  @Open(null, computed(() => Boolean)) duplicate!: boolean;
}
