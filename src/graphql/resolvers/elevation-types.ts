import { GraphQLDateTime } from "graphql-scalars";
import { ID, Int } from "type-graphql";
import { CategoryName, Level, type Category } from "../../domain/category";
import { ExposedAs, Open } from "../../domain/classified";
import { computed } from "../../domain/kind";

const orNull = { nullable: true };
const text = () => String;
const instant = () => GraphQLDateTime;

@ExposedAs("AccessedField")
export class AccessedFieldView {
  @Open(null, computed(text)) field!: string;
  @Open(null, computed(() => Level)) level!: Level;
}

/** What was read under an elevation in one answer. */
@ExposedAs("ElevatedRead")
export class ElevatedReadView {
  @Open(null, computed(instant)) at!: Date;
  @Open(null, computed(() => [AccessedFieldView])) fields!: readonly AccessedFieldView[];
  @Open(null, computed(() => Int)) records!: number;
}

/** An elevation as it is shown to whoever asked for it, and to those who answer and review. */
@ExposedAs("Elevation")
export class ElevationView {
  @Open(null, computed(() => ID)) id!: string;
  @Open(null, computed(() => ID)) customerId!: string;
  @Open(null, computed(() => CategoryName)) category!: Category;
  @Open(null, computed(() => ID)) requestedBy!: string;
  @Open(null, computed(() => ID, orNull)) approvedBy!: string | null;
  @Open(null, computed(text)) reason!: string;
  @Open(null, computed(text, orNull)) case!: string | null;
  @Open(null, computed(() => Boolean)) emergency!: boolean;
  @Open(null, computed(text)) state!: string;
  @Open(null, computed(instant, orNull)) expiresAt!: Date | null;
  @Open(null, computed(instant, orNull)) reviewedAt!: Date | null;
  @Open(null, computed(text, orNull)) finding!: string | null;
  /** For those who may approve or review. @see RIGHTS_OF_FIELDS in rules/field-rules */
  @Open(null, computed(() => [ElevatedReadView], orNull)) reads!: readonly ElevatedReadView[] | null;
}
