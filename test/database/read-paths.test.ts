import type { DataSource } from "typeorm";
import { Customer } from "../../src/domain/customer";
import { bytesColumn } from "../../src/domain/kind";
import { Message } from "../../src/domain/message";
import { engines, type Engine } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { addCustomer, addMessages, addTenant } from "../support/records";

const NAME = "Amira Marker";
const BODY = "Body marker meets at seven.";

/** Ways to rows that go past the subscriber, and to values that were never columns. */
type ReadPath = readonly [path: string, read: (source: DataSource) => Promise<unknown>];

const ALL: readonly ReadPath[] = [
  ["getRawMany", (source) => source.manager.createQueryBuilder(Customer, "c").getRawMany()],
  ["getRawOne", (source) => source.manager.createQueryBuilder(Customer, "c").getRawOne()],
  [
    "the raw half of getRawAndEntities",
    async (source) =>
      (await source.manager.createQueryBuilder(Customer, "c").getRawAndEntities()).raw as unknown,
  ],
  [
    "a join's raw rows",
    (source) =>
      source.manager.createQueryBuilder(Message, "m").innerJoinAndSelect("m.customer", "c").getRawMany(),
  ],
  ["an SQL query", (source) => source.query("SELECT * FROM customer")],
  ["a query by the manager", (source) => source.manager.query("SELECT * FROM message")],
];

/** libsql cannot stream. */
const STREAMED: readonly ReadPath[] = [
  [
    "stream",
    async (source) => {
      const rows: unknown[] = [];
      const stream = await source.manager.createQueryBuilder(Customer, "c").stream();
      for await (const row of stream) rows.push(row as unknown);
      return rows;
    },
  ],
];

const pathsOf = ({ server }: Engine): readonly ReadPath[] => (server === null ? ALL : [...ALL, ...STREAMED]);

/** All that a thing holds, bytes as one character each. */
function textOf(value: unknown): string {
  const bytes: unknown = bytesColumn.from(value);
  if (Buffer.isBuffer(bytes)) return bytes.toString("latin1");
  if (typeof bytes !== "object" || bytes === null) return String(bytes);
  return Object.values(bytes).map(textOf).join("\n");
}

describe.each(engines)("a read past the subscriber on $name", (engine) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    const tenantId = await addTenant(gateway, "larkfield");
    const customer = await addCustomer(gateway, tenantId, { name: NAME });
    await addMessages(gateway, customer, [BODY]);
  });
  afterAll(() => gateway.close());

  const source = (): DataSource => gateway.fieldward.databases.data.reader;

  it.each(pathsOf(engine))("gives envelopes and no plaintext: %s", async (_path, read) => {
    const text = textOf(await read(source()));
    expect(text).toContain("\xe1\x02");
    expect(text).not.toContain("Marker");
    expect(text).not.toContain("marker");
  });

  it("gives no value of a row that was mapped without a relation", async () => {
    const found = await source()
      .manager.createQueryBuilder(Message, "m")
      .leftJoinAndMapOne("m.sender", Customer, "c", "c.id = m.customerId")
      .getOneOrFail();
    const sender: unknown = Reflect.get(found, "sender");
    expect(sender).toBeInstanceOf(Customer);
    expect(() => (sender as Customer).name).toThrow("customer.name was not loaded with this row");
    expect(found.body).toBe(BODY);
  });

  it("opens rows that come by a relation", async () => {
    const { manager } = source();
    const byJoin = await manager.findOneOrFail(Message, { where: {}, relations: { customer: true } });
    const relationLoadStrategy = "query" as const;
    const byQuery = await manager.findOneOrFail(Message, {
      where: {},
      relations: { customer: true },
      relationLoadStrategy,
    });
    expect([byJoin.customer?.name, byQuery.customer?.name]).toEqual([NAME, NAME]);
  });

  it.each(["name", "body"])("knows no column %s to compute with", async (property) => {
    const { manager } = source();
    const builder = manager.createQueryBuilder(property === "name" ? Customer : Message, "r");
    await expect(builder.select(`MAX(r.${property})`).getRawOne()).rejects.toThrow();
  });
});
