import { Column, Entity, JoinColumn, ManyToOne, OneToMany, type Relation } from "typeorm";
import { Internal, Personal } from "../../../src/domain/classified";
import { code, rowId } from "../../../src/domain/kind";
import { maskName } from "../../../src/domain/mask";

// The product's own relations point from child to parent and cascade nothing. These do all that TypeORM can do.

/** A type without sealed fields whose save writes rows of one that has them. */
@Entity("household")
export class Household {
  @Internal("account", rowId())
  id!: string;

  @Internal("account", code(40))
  label!: string;

  @OneToMany(() => Member, (member) => member.household, { cascade: true })
  members?: Relation<Member[]>;

  @OneToMany(() => Guest, (guest) => guest.household, { cascade: true })
  guests?: Relation<Guest[]>;
}

/** Stays without its household where it is taken out of it. */
@Entity("member")
export class Member {
  @Internal("account", rowId())
  id!: string;

  @Personal("identity", { mask: maskName, export: "name" })
  name!: string | null;

  @ManyToOne(() => Household, (household) => household.members, { orphanedRowAction: "nullify" })
  @JoinColumn({ name: "household_id" })
  household?: Relation<Household> | null;
}

/** Goes where it is taken out of its household. */
@Entity("guest")
export class Guest {
  @Internal("account", rowId())
  id!: string;

  @Personal("identity", { mask: maskName, export: "name" })
  name!: string | null;

  @ManyToOne(() => Household, (household) => household.guests, { orphanedRowAction: "delete" })
  @JoinColumn({ name: "household_id" })
  household?: Relation<Household> | null;
}

/** Writes the row that it points to. */
@Entity("letter")
export class Letter {
  @Internal("account", rowId())
  id!: string;

  @ManyToOne(() => Member, { cascade: true, lazy: true })
  @JoinColumn({ name: "member_id" })
  addressee?: Promise<Relation<Member>>;

  @Column({ name: "label", type: "varchar", length: 40, nullable: true })
  label?: string | null;
}

/** Has the sealed fields of the class that it extends. */
@Entity("lodger")
export class Lodger extends Member {}

/** Sealed fields that are a part of another class. */
export class Plate {
  @Personal("identity", { mask: maskName, export: "name" })
  name!: string | null;
}

/** Has a part with sealed fields. */
@Entity("door")
export class Door {
  @Internal("account", rowId())
  id!: string;

  @Column(() => Plate, { prefix: false })
  plate!: Plate;
}

export const HOUSEHOLD_ENTITIES = [Household, Member, Guest, Letter, Lodger, Door];
