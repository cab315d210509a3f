import type { EntityManager } from "typeorm";
import { v7 as uuidv7 } from "uuid";
import { MARKER, type Outcome } from "./given";
import { Door, type Guest, Household, Letter, Lodger, Member, Plate } from "./households";

/** A stored household with a member and a guest, loaded with both. */
export interface HouseholdGiven {
  readonly manager: EntityManager;
  readonly household: Household;
  readonly member: Member;
  readonly guest: Guest;
}

/** @see WritePath */
export type HouseholdPath = readonly [
  path: string,
  outcome: Outcome,
  write: (given: HouseholdGiven) => unknown,
];

/** The name that people have before. */
export const OWN = "Amira Novak";

/** Makes an instance with an id of its own. */
export function make<T extends object>(type: new () => T, given: object): T & { id: string } {
  return Object.assign(new type(), { id: uuidv7(), ...given });
}

const marked = (): Member => make(Member, { name: MARKER });
const plain = () => ({ id: uuidv7(), name: MARKER });

/** Ways in which one save writes other rows. */
export const CASCADES: readonly HouseholdPath[] = [
  [
    "save of a household with a new member",
    "sealed",
    (g) => g.manager.save(make(Household, { label: "new", members: [marked()] })),
  ],
  [
    "save of a household with one member more",
    "sealed",
    (g) => {
      g.household.members = [g.member, marked()];
      return g.manager.save(g.household);
    },
  ],
  [
    "save of a household with a changed member",
    "sealed",
    (g) => {
      g.member.name = MARKER;
      return g.manager.save(g.household);
    },
  ],
  [
    "save of a household with a changed member, rolled back, then again",
    "sealed",
    async (g) => {
      g.member.name = MARKER;
      const failed = g.manager.transaction(async (inner) => {
        await inner.save(g.household);
        throw new Error("the caller changed its mind");
      });
      await failed.catch(() => undefined);
      await g.manager.save(g.household);
    },
  ],
  [
    "save of what points to a new member",
    "sealed",
    (g) => g.manager.save(make(Letter, { addressee: Promise.resolve(marked()) })),
  ],
  [
    "save of what points to a changed member",
    "sealed",
    (g) => {
      g.member.name = MARKER;
      return g.manager.save(make(Letter, { addressee: Promise.resolve(g.member) }));
    },
  ],
  [
    "the query builder's relation to another household",
    "writes nothing",
    async (g) => {
      const other = await g.manager.save(make(Household, { label: "other" }));
      await g.manager.createQueryBuilder().relation(Household, "members").of(other).add(g.member);
    },
  ],
  [
    "save of a household without its members, which stay",
    "writes nothing",
    (g) => {
      g.household.members = [];
      return g.manager.save(g.household);
    },
  ],
  [
    "save of a household without its guests, which go",
    "takes the row away",
    (g) => {
      g.guest.name = MARKER;
      g.household.guests = [];
      return g.manager.save(g.household);
    },
  ],
  [
    "save of a household with a plain member",
    "refused by the subscriber",
    (g) => g.manager.save(make(Household, { label: "new", members: [plain()] })),
  ],
  [
    "save of a plain household with a plain member",
    "refused by the subscriber",
    (g) => g.manager.save(Household, { id: uuidv7(), label: "new", members: [plain()] }),
  ],
  [
    "save of a household with a plain member that is stored",
    "writes nothing",
    (g) => g.manager.save(Household, { id: g.household.id, members: [{ id: g.member.id, name: MARKER }] }),
  ],
  [
    "save of a household with plaintext as the envelope of a plain member",
    "refused by the database",
    (g) => {
      const nameCt = Buffer.from(MARKER.padEnd(100));
      return g.manager.save(Household, { id: g.household.id, members: [{ id: g.member.id, nameCt }] });
    },
  ],
  [
    "save of a household with a new member without listeners",
    "refused by the database",
    (g) => g.manager.save(make(Household, { label: "new", members: [marked()] }), { listeners: false }),
  ],
  [
    "save of a household with a changed member without listeners",
    "refused by the database",
    (g) => {
      g.member.name = MARKER;
      return g.manager.save(g.household, { listeners: false });
    },
  ],
  [
    "create of a household with a member, then save",
    "loses the value",
    (g) => g.manager.save(g.manager.create(Household, { ...plain(), label: "new", members: [plain()] })),
  ],
  // Neither is made use of: a class's sealed fields are its own. What matters is that no plaintext gets through.
  [
    "save of an instance of a class that extends one with sealed fields",
    "refused by the database",
    (g) => g.manager.save(make(Lodger, { name: MARKER })),
  ],
  [
    "save of an instance with a part that has sealed fields",
    "loses the value",
    (g) => g.manager.save(make(Door, { plate: Object.assign(new Plate(), { name: MARKER }) })),
  ],
];
