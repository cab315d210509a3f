import { Customer } from "../../src/domain/customer";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { addCustomer, addTenant } from "../support/records";
import { newCustomer, storedRow } from "./customers";

describe.each(engines)("a sealed customer on $name", (engine) => {
  let gateway: TestGateway;
  let tenantId: string;

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    tenantId = await addTenant(gateway, "larkfield");
  });
  afterAll(() => gateway.close());

  const manager = () => gateway.fieldward.databases.data.writer.manager;
  const load = (id: string): Promise<Customer> => manager().findOneByOrFail(Customer, { id });
  const stored = (id: string) => storedRow(gateway, "customer", id);

  it("keeps the bytes of every envelope where only an open column changes", async () => {
    const { id } = await addCustomer(gateway, tenantId);
    const before = await stored(id);
    const customer = await load(id);
    customer.country = "FR";
    await manager().save(customer);
    expect(await stored(id)).toEqual({ ...before, country: "FR" });
  });

  it("keeps the bytes of every other envelope where one sealed field changes", async () => {
    const { id } = await addCustomer(gateway, tenantId);
    const before = await stored(id);
    const customer = await load(id);
    customer.name = "Anna Novak";
    await manager().save(customer);
    const { name_ct: nameCt, ...others } = await stored(id);
    expect(nameCt).not.toEqual(before["name_ct"]);
    expect({ ...others, name_ct: before["name_ct"] }).toEqual(before);
    expect((await load(id)).name).toBe("Anna Novak");
  });

  it("is not written at all where nothing was set", async () => {
    const { id } = await addCustomer(gateway, tenantId);
    const before = await stored(id);
    const customer = await load(id);
    await manager().save(customer);
    await manager().save(customer);
    expect(await stored(id)).toEqual(before);
  });

  it("is not sealed anew where it is saved again after it was sealed", async () => {
    const { id } = await addCustomer(gateway, tenantId);
    const customer = await load(id);
    customer.name = "Anna Novak";
    customer.phone = "+447700900998";
    await manager().save(customer);
    const before = await stored(id);
    await manager().save(customer);
    customer.country = "FR";
    await manager().save(customer);
    expect(await stored(id)).toEqual({ ...before, country: "FR" });
  });

  it("has another index where its number becomes another, and the same where it becomes the old one", async () => {
    const { id, phone } = await addCustomer(gateway, tenantId);
    const index = async () => (await stored(id))["phone_bi"];
    const before = await index();
    const customer = await load(id);
    customer.phone = "+447700900997";
    await manager().save(customer);
    expect(await index()).toMatch(/^[0-9a-f]{32}$/);
    expect(await index()).not.toBe(before);
    customer.phone = phone;
    await manager().save(customer);
    expect(await index()).toBe(before);
  });

  it("is not damaged where it was loaded in part and saved", async () => {
    const { id, phone } = await addCustomer(gateway, tenantId);
    const before = await stored(id);
    const part = await manager().findOneOrFail(Customer, {
      where: { id },
      select: { id: true, country: true },
    });
    part.country = "PL";
    await manager().save(part);
    await manager().save(part);
    expect(await stored(id)).toEqual({ ...before, country: "PL" });
    expect((await load(id)).phone).toBe(phone);
  });

  it("is not damaged where an instance made of an id and one field is saved, and saved again", async () => {
    const { id, phone } = await addCustomer(gateway, tenantId);
    const part = Object.assign(new Customer(), { id, name: "Anna Novak" });
    await manager().save(part);
    part.country = "PL";
    await manager().save(part);
    const found = await load(id);
    expect({ name: found.name, phone: found.phone, country: found.country }).toEqual({
      name: "Anna Novak",
      phone,
      country: "PL",
    });
  });

  it("loses envelope and index together where a field is set to null", async () => {
    const { id } = await addCustomer(gateway, tenantId);
    const customer = await load(id);
    customer.phone = null;
    expect(customer.phone).toBeNull();
    await manager().save(customer);
    const columns = Object.entries(await stored(id)).filter(([name]) => name.startsWith("phone_"));
    expect(columns.length).toBeGreaterThanOrEqual(2);
    expect(columns.map(([, value]) => value)).toEqual(columns.map(() => null));
    expect((await load(id)).phone).toBeNull();
  });

  it("takes undefined for not given, never for erase", async () => {
    const { id, phone } = await addCustomer(gateway, tenantId);
    const customer = await load(id);
    Object.assign(customer, { phone: undefined });
    await manager().save(customer);
    expect((await load(id)).phone).toBe(phone);
  });

  it("is readable after a rolled-back transaction, and the retry seals it once", async () => {
    const { id } = await addCustomer(gateway, tenantId);
    const before = await stored(id);
    const customer = await load(id);
    customer.name = "Anna Novak";
    const failed = manager().transaction(async (inner) => {
      await inner.save(customer);
      throw new Error("the caller changed its mind");
    });
    await expect(failed).rejects.toThrow("changed its mind");
    expect(await stored(id)).toEqual(before);
    expect(customer.name).toBe("Anna Novak");
    await manager().save(customer);
    expect(customer.name).toBe("Anna Novak");
    expect((await load(id)).name).toBe("Anna Novak");
  });

  it("is readable after an insert that failed, and the retry seals it once", async () => {
    const { phone } = await addCustomer(gateway, tenantId);
    const customer = newCustomer(tenantId, { phone });
    await expect(manager().save(customer)).rejects.toThrow();
    expect(customer.phone).toBe(phone);
    customer.phone = "+447700900999";
    await manager().save(customer);
    const found = await load(customer.id);
    expect({ phone: found.phone, name: found.name }).toEqual({ phone: "+447700900999", name: "Amira Novak" });
  });

  it("is refused with the same number in the same tenant, and taken in another", async () => {
    const { phone } = await addCustomer(gateway, tenantId);
    const elsewhere = await addTenant(gateway, "other-tenant");
    await expect(manager().insert(Customer, newCustomer(tenantId, { phone }))).rejects.toThrow();
    await expect(manager().insert(Customer, newCustomer(elsewhere, { phone }))).resolves.toBeDefined();
  });

  it("cannot be looked for by a sealed field as if it were a column", async () => {
    await expect(manager().findBy(Customer, { phone: "+447700900123" })).rejects.toThrow(/phone/);
  });
});
