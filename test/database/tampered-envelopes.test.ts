import { Customer } from "../../src/domain/customer";
import { Message } from "../../src/domain/message";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { addCustomer, addMessages, addTenant } from "../support/records";
import { rawSql, storedRow, storedRows } from "./customers";

describe.each(engines)("an envelope that was tampered with on $name", (engine) => {
  let gateway: TestGateway;
  let tenantId: string;

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    tenantId = await addTenant(gateway, "larkfield");
  });
  afterAll(() => gateway.close());

  const manager = () => gateway.fieldward.databases.data.writer.manager;
  const load = (id: string): Promise<Customer> => manager().findOneByOrFail(Customer, { id });
  const put = (table: string, column: string, value: unknown, id: string) =>
    rawSql(gateway, `UPDATE ${table} SET ${column} = ? WHERE id = ?`, [value, id]);
  const tampered = expect.objectContaining({ code: "FIELD_TAMPERED" });

  function failure(read: () => unknown): unknown {
    try {
      return read();
    } catch (error) {
      return error;
    }
  }

  it("is found out on reading that field where two rows were swapped; all else is readable", async () => {
    const [a, b, c] = [
      await addCustomer(gateway, tenantId, { name: "Anna" }),
      await addCustomer(gateway, tenantId, { name: "Bela" }),
      await addCustomer(gateway, tenantId, { name: "Cleo" }),
    ];
    const [ofA, ofB] = [
      await storedRow(gateway, "customer", a.id),
      await storedRow(gateway, "customer", b.id),
    ];
    await put("customer", "name_ct", ofB["name_ct"], a.id);
    await put("customer", "name_ct", ofA["name_ct"], b.id);
    const found = await manager().find(Customer, {
      where: [{ id: a.id }, { id: b.id }, { id: c.id }],
      order: { id: "ASC" },
    });
    expect(found.map((row) => failure(() => row.name))).toEqual([tampered, tampered, "Cleo"]);
    expect(found.map((row) => row.phone)).toEqual([a.phone, b.phone, c.phone]);
  });

  it("is found out where two columns of one row were swapped", async () => {
    const { id } = await addCustomer(gateway, tenantId);
    const row = await storedRow(gateway, "customer", id);
    await put("customer", "address_ct", row["name_ct"], id);
    const customer = await load(id);
    expect(failure(() => customer.address)).toEqual(tampered);
    expect(customer.name).toBe("Amira Novak");
  });

  it("is found out where two messages of one customer were swapped", async () => {
    const customer = await addCustomer(gateway, tenantId);
    const [first = "", second = ""] = await addMessages(gateway, customer, ["one", "two"]);
    const row = await storedRow(gateway, "message", second);
    await put("message", "body_ct", row["body_ct"], first);
    const found = await manager().findOneByOrFail(Message, { id: first });
    expect(failure(() => found.body)).toEqual(tampered);
    expect(found.customerNumber).toBe(customer.phone);
  });

  it("is repaired by setting the field and saving", async () => {
    const { id } = await addCustomer(gateway, tenantId);
    const row = await storedRow(gateway, "customer", id);
    const bytes = row["name_ct"];
    if (!Buffer.isBuffer(bytes)) throw new Error("an envelope is bytes");
    await put("customer", "name_ct", Buffer.concat([bytes.subarray(0, -1), Buffer.of(0x00, 0x01)]), id);
    const customer = await load(id);
    expect(failure(() => customer.name)).toEqual(tampered);
    customer.name = "Amira Novak";
    await manager().save(customer);
    expect((await load(id)).name).toBe("Amira Novak");
  });

  it("does not keep other columns of its row from being changed", async () => {
    const { id } = await addCustomer(gateway, tenantId);
    const other = await addCustomer(gateway, tenantId);
    await put("customer", "name_ct", (await storedRow(gateway, "customer", other.id))["name_ct"], id);
    const customer = await load(id);
    customer.country = "FR";
    await manager().save(customer);
    expect(await storedRow(gateway, "customer", id)).toMatchObject({ country: "FR" });
    expect(failure(() => customer.name)).toEqual(tampered);
  });

  it("says nothing of a value: not in the error, nor in its cause", async () => {
    const { id } = await addCustomer(gateway, tenantId, { name: "Amira Novak" });
    await put("customer", "name_ct", Buffer.alloc(78, 0xe1), id);
    const customer = await load(id);
    const error = failure(() => customer.name);
    expect(JSON.stringify([error, String(error)])).not.toContain("Amira");
    expect(await storedRows(gateway, "customer", id)).toHaveLength(1);
  });
});
