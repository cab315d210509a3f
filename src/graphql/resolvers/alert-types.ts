import { GraphQLDateTime, GraphQLJSON } from "graphql-scalars";
import { ID, ObjectType } from "type-graphql";
import { ExposedAs, Open } from "../../domain/classified";
import { computed } from "../../domain/kind";
import { PageInfo } from "../types";

const orNull = { nullable: true };
const text = () => String;
const instant = () => GraphQLDateTime;

/** Something that a person must look at. */
@ExposedAs("Alert")
export class AlertView {
  @Open(null, computed(() => ID)) id!: string;
  @Open(null, computed(instant)) at!: Date;
  @Open(null, computed(text)) detector!: string;
  @Open(null, computed(text)) severity!: string;
  @Open(null, computed(() => ID, orNull)) actorId!: string | null;
  @Open(null, computed(text)) summary!: string;
  @Open(null, computed(() => GraphQLJSON, orNull)) evidence!: readonly string[] | null;
  /** Why a person raised it; null: a detector did. */
  @Open(null, computed(text, orNull)) reason!: string | null;
  @Open(null, computed(() => ID, orNull)) acknowledgedBy!: string | null;
  @Open(null, computed(instant, orNull)) acknowledgedAt!: Date | null;
  /** What was done about it. */
  @Open(null, computed(text, orNull)) note!: string | null;
}

@ObjectType()
export class AlertConnection {
  @Open(null, computed(() => [AlertView])) nodes!: AlertView[];
  @Open(null, computed(() => PageInfo)) pageInfo!: PageInfo;
}
