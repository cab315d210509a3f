import { Reader } from "../../src/database/reader";
import { ERRORS } from "../../src/domain/errors";
import { Customer } from "../../src/domain/customer";
import { SubjectKeys } from "../../src/vault/subject-keys";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { addCustomer, addTenant } from "../support/records";
import { rawSql, storedRow } from "../database/customers";

const ALL = [
  "id",
  "tenantId",
  "country",
  "createdAt",
  "nameCt",
  "phoneCt",
  "phoneBi",
  "emailCt",
  "addressCt",
];

type Load = (
  gateway: TestGateway,
  ids: readonly string[],
  properties: readonly string[],
) => Promise<Customer[]>;

/** The two ways to load rows: both must give the same. */
const WAYS: readonly (readonly [name: string, load: Load])[] = [
  [
    "the lean reader",
    ({ fieldward: { databases, vault } }, ids, properties) =>
      new Reader(databases.data.reader, vault).page({
        entity: Customer,
        properties: new Set(properties),
        where: [{ property: "id", is: "in", value: ids }],
        order: { properties: ["id"], descending: false },
        limit: ids.length,
      }),
  ],
  [
    "TypeORM's find",
    ({ fieldward: { databases } }, ids, properties) =>
      databases.data.reader.manager.find(Customer, {
        where: ids.map((id) => ({ id })),
        select: Object.fromEntries(properties.map((property) => [property, true])),
        order: { id: "ASC" },
      }),
  ],
];

describe.each(engines)("rows loaded on $name", (engine) => {
  let gateway: TestGateway;
  let stored: Customer[];

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    const tenant = await addTenant(gateway, "larkfield");
    stored = [
      await addCustomer(gateway, tenant, { name: "Anna" }),
      await addCustomer(gateway, tenant, { address: null }),
    ];
  });
  afterAll(() => gateway.close());

  const ids = () => stored.map(({ id }) => id);
  const values = ({ id, country, createdAt, name, phone, email, address }: Customer) => [
    [id, country, createdAt.getTime()],
    [name, phone, email, address],
  ];

  it.each(WAYS)("by %s are instances with the values that were written", async (_way, load) => {
    const rows = await load(gateway, ids(), ALL);
    expect(rows.every((row) => row instanceof Customer)).toBe(true);
    expect(rows.map(values)).toEqual(stored.map(values));
  });

  it.each(WAYS)("by %s are opened on reading, not on loading, and anew at each read", async (_way, load) => {
    const open = jest.spyOn(SubjectKeys.prototype, "open");
    const [row] = await load(gateway, ids(), ALL);
    expect(open).toHaveBeenCalledTimes(0);
    expect([row?.name, row?.name]).toEqual(["Anna", "Anna"]);
    expect(open).toHaveBeenCalledTimes(2);
  });

  it.each(WAYS)("by %s say so where a field was not loaded, instead of being null", async (_way, load) => {
    const [row] = await load(gateway, ids(), ["id", "nameCt"]);
    expect(row?.name).toBe("Anna");
    expect(() => row?.phone).toThrow("customer.phone was not loaded with this row");
  });

  it.each(WAYS)(
    "by %s are not hurt by a field that was tampered with and is not read",
    async (_way, load) => {
      const [id = ""] = ids();
      const { email_ct: before } = await storedRow(gateway, "customer", id);
      await rawSql(gateway, "UPDATE customer SET email_ct = ? WHERE id = ?", [Buffer.alloc(94, 0xe1), id]);
      const [row] = await load(gateway, ids(), ALL);
      expect(row?.name).toBe("Anna");
      expect(() => row?.email).toThrow(ERRORS.FIELD_TAMPERED.text);
      await rawSql(gateway, "UPDATE customer SET email_ct = ? WHERE id = ?", [before, id]);
    },
  );
});
