import { v7 as uuidv7 } from "uuid";
import { Customer } from "../../src/domain/customer";
import { Message } from "../../src/domain/message";
import type { SubjectKeys } from "../../src/vault/subject-keys";
import { codeOf, fakeKeyRing, fakeVault, random, sealedColumn, SUITE, subjectsOf } from "./fakes";

const NUMBER = "+447700900123";
const PHONE = sealedColumn("Customer", "phone");

/** A vault with customers who have keys, none of them in its memory, and rows of them as they are loaded. */
async function coldVault(count: number) {
  const parts = await fakeKeyRing();
  const ids = Array.from({ length: count }, () => uuidv7());
  await parts.ring.create(subjectsOf(ids));
  const envelopes = new Map(ids.map((id) => [id, sealed(id, parts.ring.get(id))]));
  const ring = parts.makeRing();
  const { vault } = await fakeVault({ ...parts, ring });
  const rowOf = (id: string, envelope = envelopes.get(id)): Customer =>
    Object.assign(new Customer(), { id, [PHONE.ct]: envelope });
  return { ...parts, ring, vault, ids, first: ids[0] ?? "", envelopes, rowOf };
}

function sealed(id: string, keys: SubjectKeys | undefined): Buffer {
  if (keys === undefined) throw new Error("the keys are in memory");
  return keys.seal(SUITE, PHONE, id, NUMBER);
}

/** As a resealing by another process does: the subject has a new active key, and something sealed with it. */
async function resealed({ ring, makeRing, store, first }: Awaited<ReturnType<typeof coldVault>>) {
  const stored = await ring.wrapNew({ id: first, tenantId: null }, random(32));
  const retired = store.keys.map((key) =>
    key.subjectId === first ? { ...key, state: "retired" as const } : key,
  );
  store.keys.splice(0, Infinity, ...retired, stored);
  return sealed(first, (await makeRing().require([first])).get(first));
}

const read = (row: Customer): Promise<string> => codeOf(Promise.resolve().then(() => row.phone));

describe("rows that are given what opens them", () => {
  it("cost one statement for a page, and none while the keys are in memory", async () => {
    const { vault, ids, rowOf, store } = await coldVault(100);
    const page = ids.map((id) => rowOf(id));
    await vault.attach("Customer", page);
    expect(page.filter(({ phone }) => phone !== NUMBER)).toEqual([]);
    expect(store.asked).toHaveLength(1);
    const again = ids.map((id) => rowOf(id));
    // Nothing to wait for.
    expect(vault.attach("Customer", again)).toBeUndefined();
    expect(again.filter(({ phone }) => phone !== NUMBER)).toEqual([]);
    expect(store.asked).toHaveLength(1);
  });

  it("open by a key that was made after the ring loaded, at the cost of one statement", async () => {
    const parts = await coldVault(1);
    const { vault, rowOf, first, store, clock } = parts;
    await vault.attach("Customer", [rowOf(first)]);
    const later = await resealed(parts);
    clock.nowMs += 1_000;
    const { length } = store.asked;
    const [old, young] = [rowOf(first), rowOf(first, later)];
    await vault.attach("Customer", [old, young]);
    expect([old.phone, young.phone]).toEqual([NUMBER, NUMBER]);
    expect(store.asked).toHaveLength(length + 1);
    expect(vault.attach("Customer", [rowOf(first, later)])).toBeUndefined();
  });

  it("cost no statement where nothing in them is sealed", async () => {
    const { vault, first, store, clock, rowOf } = await coldVault(1);
    await vault.attach("Customer", [rowOf(first)]);
    clock.nowMs += 5_000;
    const empty = Object.assign(new Customer(), { id: first, [PHONE.ct]: null });
    // Set and not sealed yet.
    const changed = Object.assign(new Customer(), { id: first, phone: NUMBER });
    expect(vault.attach("Customer", [empty, changed])).toBeUndefined();
    expect(empty.phone).toBeNull();
    expect(store.asked).toHaveLength(1);
  });

  it("are left as they are where they do not hold their subject", async () => {
    const { vault, store } = await coldVault(1);
    const partial = Object.assign(new Message(), { id: uuidv7() });
    expect(vault.attach("Message", [partial])).toBeUndefined();
    expect(store.asked).toEqual([]);
  });

  it("say VAULT_UNAVAILABLE as a page where keys cannot be loaded", async () => {
    const { vault, store, rowOf, first } = await coldVault(1);
    store.failure = new Error("ECONNREFUSED");
    expect(await codeOf(Promise.resolve(vault.attach("Customer", [rowOf(first)])))).toBe("VAULT_UNAVAILABLE");
  });
});

describe("an envelope that was moved to another customer", () => {
  it("does not open, and costs at most one statement a second", async () => {
    const { vault, ids, rowOf, envelopes, store, clock } = await coldVault(2);
    const [to = "", from = ""] = ids;
    const moved = (): Customer => rowOf(to, envelopes.get(from));
    await vault.attach("Customer", [rowOf(to), rowOf(from)]);
    const { length } = store.asked;
    const began = clock.nowMs;
    while (clock.nowMs < began + 10_000) {
      const row = moved();
      await vault.attach("Customer", [row]);
      expect(await read(row)).toBe("FIELD_TAMPERED");
      clock.nowMs += 100;
    }
    expect(store.asked.length - length).toBeGreaterThan(0);
    expect(store.asked.length - length).toBeLessThanOrEqual(10);
  });

  it("costs one statement where it is in many rows of a page", async () => {
    const { vault, ids, rowOf, envelopes, store, clock } = await coldVault(2);
    const [to = "", from = ""] = ids;
    await vault.attach("Customer", [rowOf(to), rowOf(from)]);
    clock.nowMs += 1_000;
    const { length } = store.asked;
    const page = Array.from({ length: 50 }, (_, i) =>
      i % 2 === 0 ? rowOf(to) : rowOf(to, envelopes.get(from)),
    );
    await vault.attach("Customer", page);
    expect(store.asked).toHaveLength(length + 1);
    const codes = await Promise.all(page.map(read));
    expect(codes.filter((code) => code === "FIELD_TAMPERED")).toHaveLength(25);
  });

  it("does not keep the customer's own values from being read while the vault database is down", async () => {
    const { vault, ids, rowOf, envelopes, store, clock } = await coldVault(2);
    const [to = "", from = ""] = ids;
    await vault.attach("Customer", [rowOf(to), rowOf(from)]);
    clock.nowMs += 1_000;
    store.failure = new Error("ECONNREFUSED");
    await codeOf(Promise.resolve(vault.attach("Customer", [rowOf(to, envelopes.get(from))])));
    const own = rowOf(to);
    expect(await codeOf(Promise.resolve(vault.attach("Customer", [own])))).toBe("nothing failed");
    expect(own.phone).toBe(NUMBER);
  });
});

describe("a new customer", () => {
  it("gets a key under the KEK of its tenant when it is first sealed, and indexes by every key", async () => {
    const { vault, store } = await coldVault(0);
    const row = Object.assign(new Customer(), { id: uuidv7(), tenantId: "tenant-a", phone: NUMBER });
    await vault.prepareSubject(row);
    await vault.seal(row);
    expect(store.keys).toMatchObject([{ subjectId: row.id, tenantId: "tenant-a", state: "active" }]);
    const { property, index } = await vault.find(PHONE, NUMBER);
    expect(row).toMatchObject({ [property]: index, phoneBi2: null });
    await vault.prepareSubject(row);
    expect(store.keys).toHaveLength(1);
  });

  it("is not sealed once it has been shredded", async () => {
    const { vault, ring, store } = await coldVault(0);
    const row = Object.assign(new Customer(), { id: uuidv7(), tenantId: "tenant-a", phone: NUMBER });
    await vault.prepareSubject(row);
    store.destroy(row.id);
    ring.shred(row.id);
    expect(await codeOf(vault.seal(row))).toBe("ERASED");
  });
});
