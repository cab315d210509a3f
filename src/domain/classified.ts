import { Field, ObjectType } from "type-graphql";
import { Check, Column, PrimaryColumn } from "typeorm";
import type { Category } from "./category";
import type { Kind } from "./kind";
import { bytesColumn } from "./kind";
import { defineSealedAccessor, type SealedColumn } from "./sealed";
import { sealedCheck } from "./sealed-check";

/** What the catalogue knows of one field. */
export interface ClassifiedField {
  /** The class that declares it; its name is the GraphQL type unless `@ExposedAs` says otherwise. */
  readonly owner: string;
  readonly property: string;
  /** `null`: structure that says nothing of anyone (`edges`, `pageInfo`), served to whoever may see the parent. */
  readonly category: Category | null;
  /** Sealed at rest and served at a level, or open, or internal: never served at all. */
  readonly form: "personal" | "open" | "internal";
  readonly personal?: PersonalField;
  /** Where it lies, if it is sealed: that of a personal field, or of what is sealed and served to nobody. */
  readonly sealed?: SealedColumn;
}

/** The duties of a personal field, declared once. */
export interface PersonalOptions {
  /** What MASKED shows of a value. */
  readonly mask: (value: string) => string;
  /** Brings a value into the one form that look-ups compare; with it the field gets a blind index. Throws where it cannot. */
  readonly lookup?: (value: string) => string;
  /** Another field whose index this one shares, as `table.column`: equal values are then equal across both. */
  readonly indexOf?: string;
  /** The field's name in a subject's export. */
  readonly export: string;
  /** The sealed field that MASKED is made of instead of the value itself. @see SealedInternal */
  readonly twin?: string;
  /** The flag that says whether there is a value, so that its envelope need not be read to know. Goes with `twin`. */
  readonly presence?: string;
}

/** @see PersonalOptions */
export interface PersonalField extends Omit<PersonalOptions, "twin"> {
  readonly sealed: SealedColumn;
  readonly twin: SealedColumn | undefined;
}

const catalogue = new Map<string, Map<string, ClassifiedField>>();
/** Asked for every row that is sealed; a new declaration empties it. */
const personal = new Map<string, readonly PersonalField[]>();
const sealedColumns = new Map<string, readonly SealedColumn[]>();
const subjects = new Map<string, string>();
const owners = new Map<string, string>();

function register(field: ClassifiedField): void {
  const fields = catalogue.get(field.owner) ?? new Map<string, ClassifiedField>();
  fields.set(field.property, field);
  catalogue.set(field.owner, fields);
  personal.delete(field.owner);
  sealedColumns.delete(field.owner);
}

function ownerOf(prototype: object): string {
  return prototype.constructor.name;
}

/** `phoneCt` → `phone_ct`. */
export function columnName(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The table of an entity class: `ConsentRecord` → `consent_record`. */
function tableName(owner: string): string {
  return columnName(owner).slice(1);
}

function column(kind: Kind, prototype: object, property: string): void {
  if (kind.column === undefined) return;
  const { type, length, ...options } = kind.column;
  const name = columnName(property);
  if (kind.primary === true) PrimaryColumn({ name, type, length: length ?? 36 })(prototype, property);
  else Column({ ...options, ...(length === undefined ? {} : { length }), name, type })(prototype, property);
}

/**
 * Declares a field that says nothing personal by itself: stored as it is, served whole or not at all by its category.
 * Fields other than of the category `account` are nullable in GraphQL, since a caller may be refused them.
 */
export function Open(category: Category | null, kind: Kind) {
  return (prototype: object, property: string): void => {
    const nullable = kind.nullable ?? (category !== null && category !== "account");
    register({ owner: ownerOf(prototype), property, category, form: "open" });
    column(kind, prototype, property);
    Field(kind.type, { nullable })(prototype, property);
  };
}

/** Declares a column that no caller is ever served: what the gateway itself needs. */
export function Internal(category: Category, kind: Kind) {
  return (prototype: object, property: string): void => {
    register({ owner: ownerOf(prototype), property, category, form: "internal" });
    column(kind, prototype, property);
  };
}

/**
 * Declares a personal field: ten duties follow from this line (sealed at rest, blind index, rule, levels, filtering,
 * log name, retention, export, notice, permission matrix).
 *
 * The field itself is no column. Mapped are `<field>_ct` (the envelope) and, where it can be looked up, `<field>_bi`
 * and `<field>_bi2` (the blind index, in one of two columns: the other serves to rotate its key); the field is an accessor over them, so plaintext cannot reach the database by any path. A CHECK
 * refuses whatever does not look like an envelope.
 */
export function Personal(category: Category, options: PersonalOptions) {
  return (prototype: object, property: string): void => {
    const owner = ownerOf(prototype);
    const sealed = sealedColumn(owner, property, options);
    const twin = options.twin === undefined ? undefined : sealedColumn(owner, options.twin);
    register({ owner, property, category, form: "personal", personal: { ...options, sealed, twin }, sealed });
    mapSealed(prototype, sealed);
  };
}

/**
 * Declares a text that no caller is ever served and that is sealed all the same: what the gateway makes of a personal value.
 * It has every duty of a sealed column, and no field, rule, filter or export.
 */
export function SealedInternal(category: Category) {
  return (prototype: object, property: string): void => {
    const owner = ownerOf(prototype);
    const sealed = sealedColumn(owner, property);
    register({ owner, property, category, form: "internal", sealed });
    mapSealed(prototype, sealed);
  };
}

function sealedColumn(
  owner: string,
  property: string,
  { lookup, indexOf }: Partial<PersonalOptions> = {},
): SealedColumn {
  const table = tableName(owner);
  const name = columnName(property);
  const bi = lookup === undefined ? undefined : ([`${property}Bi`, `${property}Bi2`] as const);
  return {
    table,
    column: name,
    property,
    ct: `${property}Ct`,
    bi,
    lookup,
    index: indexOf ?? `${table}.${name}`,
  };
}

/** Maps the columns of a sealed field, with the CHECK that refuses whatever does not look like an envelope. */
function mapSealed(prototype: object, sealed: SealedColumn): void {
  const { table, column: name, ct, bi } = sealed;
  Column({ name: columnName(ct), type: "blob", nullable: true, transformer: bytesColumn })(prototype, ct);
  for (const index of bi ?? []) {
    Column({ name: columnName(index), type: "varchar", length: 32, nullable: true })(prototype, index);
  }
  const indexes = bi && ([columnName(bi[0]), columnName(bi[1])] as const);
  Check(`ck_${table}_${name}`, sealedCheck(columnName(ct), indexes))(prototype, sealed.property);
  defineSealedAccessor(prototype, sealed);
}

/** Classifies the fields of a type that are resolved in `graphql/`: lists of other rows, and what is computed from one. */
export function Resolved(fields: Readonly<Record<string, Category>>) {
  return (target: new () => object): void => {
    for (const [property, category] of Object.entries(fields)) {
      register({ owner: target.name, property, category, form: "open" });
    }
  };
}

/** Exposes a class under a GraphQL name that is not its own. */
export function ExposedAs(type: string) {
  return (target: new () => object): void => {
    owners.set(type, target.name);
    ObjectType(type)(target);
  };
}

/** The class behind a GraphQL type. */
export function ownerOfType(type: string): string {
  return owners.get(type) ?? type;
}

/** Names the property that holds the id of the data subject, under whose key this entity is sealed. */
export function Subject() {
  return (prototype: object, property: string): void => {
    subjects.set(ownerOf(prototype), property);
  };
}

/** The property that holds the subject's id; `undefined`: sealed under the key for data without a subject. */
export function subjectProperty(owner: string): string | undefined {
  return subjects.get(owner);
}

/** Every classified field of a type, or `undefined` for a type that declares none. */
export function fieldsOf(owner: string): ReadonlyMap<string, ClassifiedField> | undefined {
  return catalogue.get(owner);
}

/** One classified field. */
export function classifiedField(owner: string, property: string): ClassifiedField | undefined {
  return catalogue.get(owner)?.get(property);
}

/** Every sealed column of a type, whether a caller is ever served it or not, in the order of their declaration. */
export function sealedColumnsOf(owner: string): readonly SealedColumn[] {
  let columns = sealedColumns.get(owner);
  if (columns === undefined) {
    const all = [...(catalogue.get(owner)?.values() ?? [])];
    columns = all.flatMap((field) => field.sealed ?? []);
    sealedColumns.set(owner, columns);
  }
  return columns;
}

/** The personal fields of a type, in the order of their declaration. */
export function personalFieldsOf(owner: string): readonly PersonalField[] {
  let fields = personal.get(owner);
  if (fields === undefined) {
    const all = [...(catalogue.get(owner)?.values() ?? [])];
    fields = all.flatMap((field) => (field.personal === undefined ? [] : [field.personal]));
    personal.set(owner, fields);
  }
  return fields;
}
