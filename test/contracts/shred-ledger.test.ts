import { v7 as uuidv7 } from "uuid";
import { sqlShredLedger, sqlShredNotes } from "../../src/database/shred-ledger";
import type { ShredLedger, ShredNotes, ShredOrder } from "../../src/vault/shredding";
import { pastTheGateway } from "../graphql/past-the-gateway";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { codeOf } from "../vault/fakes";

describe.each(engines)("the shred ledger on $name", (engine) => {
  let gateway: TestGateway;
  let ledger: ShredLedger;
  let notes: ShredNotes;
  let nowMs = 1_000_000;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    ledger = sqlShredLedger(gateway.fieldward.databases.vault);
    notes = sqlShredNotes(gateway.fieldward.databases.audit);
  });
  beforeEach(async () => {
    nowMs += 1_000;
    await pastTheGateway(gateway, "vault", "DELETE FROM shred_ledger");
    await pastTheGateway(gateway, "audit", "DELETE FROM shred_entry");
  });
  afterAll(() => gateway.close());

  async function orderFor(keys: number, tenantId: string | null = uuidv7()): Promise<ShredOrder> {
    const subjectId = uuidv7();
    for (let i = 0; i < keys; i += 1)
      await gateway.fieldward.opened.keys.keyRing.create([{ id: subjectId, tenantId }]);
    return { id: uuidv7(), subjectId, tenantId, orderedBy: "operator", atMs: nowMs, mac: "0".repeat(64) };
  }
  const keysOf = async ({ subjectId }: ShredOrder): Promise<number> =>
    (await gateway.fieldward.opened.keys.store.subjectKeys([subjectId])).length;

  it("destroys all keys of the subject and notes the order, and nothing of anyone else", async () => {
    const [order, another] = [await orderFor(3), await orderFor(1, null)];
    await ledger.destroy(order);
    expect(await keysOf(order)).toBe(0);
    expect(await keysOf(another)).toBe(1);
    expect(await ledger.orders()).toEqual([{ ...order, done: false }]);
  });

  it("is as it was where an order is given twice", async () => {
    const order = await orderFor(1, null);
    await ledger.destroy(order);
    await ledger.complete(order.id, nowMs + 5);
    await ledger.destroy(order);
    expect(await ledger.orders()).toEqual([{ ...order, done: true }]);
  });

  it("keeps the time of the first completion", async () => {
    const order = await orderFor(0);
    await ledger.destroy(order);
    await ledger.complete(order.id, nowMs + 5);
    await ledger.complete(order.id, nowMs + 9);
    const [row] = await pastTheGateway(gateway, "vault", "SELECT done_at FROM shred_ledger");
    expect(Number(row?.["done_at"])).toBe(nowMs + 5);
  });

  it("notes the order and destroys the keys together or not at all", async () => {
    const order = await orderFor(1);
    await pastTheGateway(gateway, "vault", "ALTER TABLE shred_ledger RENAME TO shred_ledger_away");
    const code = await codeOf(ledger.destroy(order));
    await pastTheGateway(gateway, "vault", "ALTER TABLE shred_ledger_away RENAME TO shred_ledger");
    expect(code).not.toBe("nothing failed");
    expect(await keysOf(order)).toBe(1);
    expect(await ledger.orders()).toEqual([]);
  });

  it("tells who has keys again, each once", async () => {
    const [back, gone] = [await orderFor(1), await orderFor(1)];
    for (const order of [back, gone]) await ledger.destroy(order);
    await ledger.destroy({ ...back, id: uuidv7() });
    expect(await ledger.revived()).toEqual([]);
    const { keyRing } = gateway.fieldward.opened.keys;
    await keyRing.create([{ id: back.subjectId, tenantId: null }]);
    expect(await ledger.revived()).toEqual([back.subjectId]);
  });

  it("counts what was carried out before a time", async () => {
    const [first, second, undone] = [await orderFor(0), await orderFor(0), await orderFor(0)];
    await ledger.destroy(first);
    await ledger.destroy({ ...second, atMs: nowMs + 10 });
    await ledger.destroy(undone);
    for (const { id } of [first, second]) await ledger.complete(id, nowMs + 20);
    expect(await ledger.countDone(nowMs)).toBe(0);
    expect(await ledger.countDone(nowMs + 1)).toBe(1);
    expect(await ledger.countDone(nowMs + 11)).toBe(2);
  });

  describe("in its copy in the audit database", () => {
    it("keeps the first of two notes of one order", async () => {
      const order = await orderFor(0, null);
      await notes.add(order);
      await notes.add({ ...order, orderedBy: "another", atMs: nowMs + 1 });
      expect(await notes.orders(0)).toEqual([order]);
    });

    it("gives the orders since a time, the oldest first, and counts those before one", async () => {
      const orders = [3, 1, 2].map((ms) => ({ ...base(), atMs: nowMs + ms }));
      for (const order of orders) await notes.add(order);
      const at = (await notes.orders(nowMs + 2)).map(({ atMs }) => atMs - nowMs);
      expect(at).toEqual([2, 3]);
      expect([await notes.count(nowMs + 1), await notes.count(nowMs + 3)]).toEqual([0, 2]);
    });

    it("refuses the order where it cannot be noted", async () => {
      await pastTheGateway(gateway, "audit", "ALTER TABLE shred_entry RENAME TO shred_entry_away");
      const code = await codeOf(notes.add(base()));
      await pastTheGateway(gateway, "audit", "ALTER TABLE shred_entry_away RENAME TO shred_entry");
      expect(code).toBe("AUDIT_UNAVAILABLE");
    });

    const base = (): ShredOrder => ({
      ...{ id: uuidv7(), subjectId: uuidv7(), tenantId: null },
      ...{ orderedBy: "operator", atMs: nowMs, mac: "0".repeat(64) },
    });
  });
});
