import type { EntityManager } from "typeorm";
import { isCheckViolation } from "../../src/database/faults";
import { UnsealedWriteError } from "../../src/database/guarded-entity-manager";
import { personalFieldsOf } from "../../src/domain/classified";
import { Customer } from "../../src/domain/customer";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { addTenant, fictionalPhone } from "../support/records";
import { everythingIn, newCustomer, rawSql, storedRow } from "./customers";

/** What a path is given: a manager, a stored customer as it was loaded, one not yet stored, and plaintext to write. */
interface Given {
  readonly gateway: TestGateway;
  readonly manager: EntityManager;
  readonly stored: Customer;
  readonly fresh: Customer;
  readonly phone: string;
  /** Column values of a fresh row, the sealed ones as plaintext bytes. */
  readonly plainColumns: Readonly<Record<string, string | number | Buffer | Date>>;
}

type Path = readonly [path: string, write: (given: Given) => unknown];

const NAME = "Plaintext Marker";

function set<T extends object>(entity: T, given: Pick<Given, "phone">): T {
  return Object.assign(entity, { name: NAME, phone: given.phone });
}

/** Plain values, as a caller would hand them over; `country` is one that TypeORM knows. */
const plain = ({ phone, fresh }: Given) => ({
  id: fresh.id,
  tenantId: fresh.tenantId,
  status: fresh.status,
  country: "GB",
  createdAt: fresh.createdAt,
  consentBits: 0,
  name: NAME,
  phone,
});

/** The stored row with the plaintext in it afterwards, or the fresh one. */
const SEALING: readonly Path[] = [
  ["save of a new instance", (g) => g.manager.save(set(g.fresh, g))],
  ["save of a changed instance", (g) => g.manager.save(set(g.stored, g))],
  ["save of several instances", (g) => g.manager.save([set(g.stored, g), g.fresh])],
  ["save by target", (g) => g.manager.save(Customer, set(g.stored, g))],
  ["repository.save", (g) => g.manager.getRepository(Customer).save(set(g.stored, g))],
  [
    "save of a partial instance",
    (g) => g.manager.save(set(Object.assign(new Customer(), { id: g.stored.id }), g)),
  ],
  ["insert of an instance", (g) => g.manager.insert(Customer, set(g.fresh, g))],
  ["repository.insert of an instance", (g) => g.manager.getRepository(Customer).insert(set(g.fresh, g))],
  ["create, then save", (g) => g.manager.save(g.manager.create(Customer, plain(g)))],
  ["create of a list, then save", (g) => g.manager.save(g.manager.create(Customer, [plain(g)]))],
  [
    "repository.create, then save",
    (g) => g.manager.getRepository(Customer).save(g.manager.getRepository(Customer).create(plain(g))),
  ],
  [
    "merge, then save",
    (g) => g.manager.save(g.manager.merge(Customer, g.stored, { name: NAME, phone: g.phone })),
  ],
  [
    "preload, then save",
    async (g) => {
      const loaded = await g.manager.preload(Customer, { id: g.stored.id, name: NAME, phone: g.phone });
      await g.manager.save(loaded);
    },
  ],
  ["a transaction", (g) => g.manager.transaction((inner) => inner.save(set(g.stored, g)))],
  [
    "the query builder's insert of an instance",
    (g) => g.manager.createQueryBuilder().insert().into(Customer).values(set(g.fresh, g)).execute(),
  ],
];

const GUARDED: readonly Path[] = [
  ["insert of a plain object", (g) => g.manager.insert(Customer, plain(g))],
  ["insert of a list with a plain object", (g) => g.manager.insert(Customer, [g.fresh, plain(g)])],
  ["repository.insert of a plain object", (g) => g.manager.getRepository(Customer).insert(plain(g))],
  ["upsert of a plain object", (g) => g.manager.upsert(Customer, plain(g), ["id"])],
  ["upsert of an instance", (g) => g.manager.upsert(Customer, set(g.fresh, g), ["id"])],
  ["update of a sealed field", (g) => g.manager.update(Customer, { id: g.stored.id }, { name: NAME })],
  [
    "repository.update",
    (g) => g.manager.getRepository(Customer).update({ id: g.stored.id }, { phone: g.phone }),
  ],
  [
    "update of an envelope",
    (g) => {
      const values = { country: "GB", nameCt: Buffer.from(NAME) };
      return g.manager.update(Customer, { id: g.stored.id }, values);
    },
  ],
  ["update of an index", (g) => g.manager.update(Customer, { id: g.stored.id }, { phoneBi: g.phone })],
  [
    "update with a function value",
    (g) => g.manager.update(Customer, { id: g.stored.id }, { name: () => `'${NAME}'` }),
  ],
  ["increment of a sealed field", (g) => g.manager.increment(Customer, { id: g.stored.id }, "phone", 1)],
  ["decrement of an envelope", (g) => g.manager.decrement(Customer, { id: g.stored.id }, "phoneCt", 1)],
  ["save of a plain object", (g) => g.manager.save(Customer, plain(g))],
  ["repository.save of a plain object", (g) => g.manager.getRepository(Customer).save(plain(g))],
  ["save of a list with a plain object", (g) => g.manager.save(Customer, [g.stored, plain(g)])],
  ["save without listeners", (g) => g.manager.save(set(g.stored, g), { listeners: false })],
  [
    "save by target without listeners",
    (g) => g.manager.save(Customer, set(g.fresh, g), { listeners: false }),
  ],
  [
    "a plain object in a transaction",
    (g) => g.manager.transaction((inner) => inner.getRepository(Customer).save(plain(g))),
  ],
];

const UNSEALABLE: readonly Path[] = [
  [
    "the query builder's insert of a plain object",
    (g) => g.manager.createQueryBuilder().insert().into(Customer).values(plain(g)).execute(),
  ],
  [
    "the query builder's insert of plaintext bytes",
    (g) => {
      const values = { ...plain(g), nameCt: Buffer.from(NAME) };
      return g.manager.createQueryBuilder().insert().into(Customer).values(values).execute();
    },
  ],
];

const CHECKED: readonly Path[] = [
  ["updateAll of an envelope", (g) => g.manager.updateAll(Customer, withBytes(NAME))],
  [
    "the query builder's update",
    (g) =>
      g.manager.createQueryBuilder().update(Customer).set(withBytes(NAME)).whereInIds(g.stored.id).execute(),
  ],
  [
    "the query builder's function value",
    (g) => {
      const values = { country: "GB", nameCt: () => `'${NAME}'` };
      return g.manager.createQueryBuilder().update(Customer).set(values).whereInIds(g.stored.id).execute();
    },
  ],
  [
    "the query builder's insert of plaintext bytes without listeners",
    (g) => {
      const values = { ...plain(g), nameCt: Buffer.from(NAME) };
      const insert = g.manager.createQueryBuilder().insert().into(Customer).values(values);
      return insert.callListeners(false).execute();
    },
  ],
  [
    "the query builder's insert without listeners",
    (g) =>
      g.manager
        .createQueryBuilder()
        .insert()
        .into(Customer)
        .values(set(g.fresh, g))
        .callListeners(false)
        .execute(),
  ],
  ["an UPDATE in SQL", (g) => rawSql(g.gateway, "UPDATE customer SET name_ct = ?", [NAME])],
  [
    "an UPDATE in SQL with bytes",
    (g) => rawSql(g.gateway, "UPDATE customer SET name_ct = ?", [Buffer.from(NAME)]),
  ],
  [
    "an UPDATE in SQL with the magic byte and too little else",
    (g) => rawSql(g.gateway, "UPDATE customer SET name_ct = ?", [Buffer.from(`\xe1${NAME}`, "latin1")]),
  ],
  ["an index of plaintext", (g) => rawSql(g.gateway, "UPDATE customer SET phone_bi = ?", [g.phone])],
  ["an index without its envelope", (g) => rawSql(g.gateway, "UPDATE customer SET phone_ct = NULL")],
  [
    "an INSERT in SQL",
    (g) => {
      const names = Object.keys(g.plainColumns);
      const places = names.map(() => "?").join(", ");
      return rawSql(
        g.gateway,
        `INSERT INTO customer (${names.join(", ")}) VALUES (${places})`,
        Object.values(g.plainColumns),
      );
    },
  ],
];

function withBytes(text: string) {
  return { country: "GB", nameCt: Buffer.from(text) };
}

describe.each(engines)("every way to write a customer on $name", (engine) => {
  let gateway: TestGateway;
  let tenantId: string;

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    tenantId = await addTenant(gateway, "larkfield");
  });
  afterAll(() => gateway.close());

  async function given(): Promise<Given> {
    const { manager } = gateway.fieldward.databases.data.writer;
    const { id } = await manager.save(newCustomer(tenantId));
    const stored = await manager.findOneByOrFail(Customer, { id });
    const fresh = newCustomer(tenantId);
    const plainColumns = {
      id: fresh.id,
      tenant_id: tenantId,
      status: "ACTIVE",
      created_at: 0,
      consent_bits: 0,
      name_ct: Buffer.from(NAME.padEnd(100)),
    };
    return { gateway, manager, stored, fresh, phone: fictionalPhone(), plainColumns };
  }

  async function failureOf(parts: Given, write: Path[1]): Promise<unknown> {
    try {
      await write(parts);
    } catch (error) {
      return error;
    }
    return undefined;
  }

  async function expectNoPlaintext(phone: string): Promise<void> {
    const text = await everythingIn(gateway, "customer");
    expect(text).not.toContain(NAME);
    expect(text).not.toContain(phone);
  }

  it.each(SEALING)("seals by %s", async (_path, write) => {
    const parts = await given();
    expect(await failureOf(parts, write)).toBeUndefined();
    await expectNoPlaintext(parts.phone);
    const phoneBi = gateway.fieldward.vault.indexOf(phoneColumn(), parts.phone);
    const found = await parts.manager.findOneByOrFail(Customer, { phoneBi });
    expect({ name: found.name, phone: found.phone }).toEqual({ name: NAME, phone: parts.phone });
  });

  it.each(GUARDED)("is refused by the guarded manager: %s", async (_path, write) => {
    const parts = await given();
    const before = await storedRow(gateway, "customer", parts.stored.id);
    expect(await failureOf(parts, write)).toBeInstanceOf(UnsealedWriteError);
    await expectNoPlaintext(parts.phone);
    expect(await storedRow(gateway, "customer", parts.stored.id)).toEqual(before);
  });

  it.each(UNSEALABLE)("is refused by the subscriber: %s", async (_path, write) => {
    const parts = await given();
    expect(String(await failureOf(parts, write))).toContain("insert instances of Customer");
    await expectNoPlaintext(parts.phone);
  });

  it.each(CHECKED)("is refused by the database: %s", async (_path, write) => {
    const parts = await given();
    const before = await storedRow(gateway, "customer", parts.stored.id);
    const failure = await failureOf(parts, write);
    expect(failure).toBeDefined();
    expect({ failure, refused: isCheckViolation(failure) }).toEqual({ failure, refused: true });
    await expectNoPlaintext(parts.phone);
    expect(await storedRow(gateway, "customer", parts.stored.id)).toEqual(before);
  });
});

function phoneColumn() {
  const field = personalFieldsOf("Customer").find(({ sealed }) => sealed.property === "phone");
  if (field === undefined) throw new Error("phone is sealed");
  return field.sealed;
}
