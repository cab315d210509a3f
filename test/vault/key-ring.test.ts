import { v7 as uuidv7 } from "uuid";
import "../../src/domain/customer";
import { FieldwardError } from "../../src/domain/errors";
import { codeOf, coldKeyRing, fakeKeyRing, gate, sealedColumn, settled, SUITE, subjectsOf } from "./fakes";

const PHONE = sealedColumn("Customer", "phone");

const ids = (count: number): string[] => Array.from({ length: count }, () => uuidv7());
const id = (): string => uuidv7();

describe("the key ring", () => {
  it("loads a page of subjects in one statement, each asked for once", async () => {
    const subjects = ids(100);
    const { ring, store } = await coldKeyRing(subjects);
    const keys = await ring.require([...subjects, ...subjects]);
    expect(keys.size).toBe(100);
    expect([...keys.values()].some((key) => key.gone)).toBe(false);
    expect(store.asked).toEqual([subjects]);
  });

  it("makes one statement of what concurrent callers ask for in one tick", async () => {
    const subjects = ids(6);
    const { ring, store } = await coldKeyRing(subjects);
    const answers = await Promise.all([
      ring.require(subjects.slice(0, 3)),
      ring.require(subjects.slice(2, 5)),
      ring.require(subjects.slice(5)),
    ]);
    expect(answers.map((keys) => keys.size)).toEqual([3, 3, 1]);
    expect(store.asked.map((asked) => [...asked].sort())).toEqual([[...subjects].sort()]);
  });

  it("lets a caller that comes while a load is under way wait for that one", async () => {
    const subject = id();
    const { ring, store } = await coldKeyRing([subject]);
    const first = ring.require([subject]);
    await Promise.resolve();
    await Promise.resolve();
    expect(store.asked).toHaveLength(1);
    await Promise.all([first, ring.require([subject])]);
    expect(store.asked).toHaveLength(1);
  });

  it("asks the store no more while the keys are within their TTL, and again once they are past it", async () => {
    const subject = id();
    const { ring, store, clock } = await coldKeyRing([subject], { ttlMs: 60_000 });
    await ring.require([subject]);
    clock.nowMs += 59_999;
    await ring.require([subject]);
    expect(store.asked).toHaveLength(1);
    expect(ring.get(subject)).toBeDefined();
    clock.nowMs += 1;
    expect(ring.get(subject)).toBeUndefined();
    await ring.require([subject]);
    expect(store.asked).toHaveLength(2);
  });

  it("counts the TTL from before the load: what is destroyed meanwhile is out of use one TTL later", async () => {
    const subject = id();
    const { ring, store, clock } = await coldKeyRing([subject], { ttlMs: 60_000 });
    const { opened, open } = gate();
    store.gate = opened;
    const loading = ring.require([subject]);
    await settled();
    clock.nowMs += 10_000;
    open();
    await loading;
    clock.nowMs += 49_999;
    expect(ring.get(subject)).toBeDefined();
    clock.nowMs += 1;
    expect(ring.get(subject)).toBeUndefined();
  });

  it("fails closed past the TTL where the store is down", async () => {
    const subject = id();
    const { ring, store, clock } = await coldKeyRing([subject]);
    await ring.require([subject]);
    store.failure = new Error("ECONNREFUSED");
    clock.nowMs += 60_000;
    expect(await codeOf(ring.require([subject]))).toBe("VAULT_UNAVAILABLE");
  });

  it("never holds the keys of more subjects than its bound", async () => {
    const subjects = ids(50);
    const { ring } = await coldKeyRing(subjects, { maxSubjects: 10 });
    for (const subject of subjects) {
      await ring.require([subject]);
      expect(subjects.filter((held) => ring.get(held) !== undefined).length).toBeLessThanOrEqual(10);
    }
    expect(ring.get(subjects.at(-1) ?? "")).toBeDefined();
  });

  it("answers for every subject of a page that is larger than its bound", async () => {
    const subjects = ids(50);
    const { ring, store } = await coldKeyRing(subjects, { maxSubjects: 10 });
    const keys = await ring.require(subjects);
    expect(subjects.filter((subject) => keys.get(subject)?.gone !== false)).toEqual([]);
    expect(store.asked).toHaveLength(1);
  });

  it("remembers nothing of a load that failed", async () => {
    const subject = id();
    const { ring, store } = await coldKeyRing([subject]);
    store.failure = new Error("ECONNREFUSED");
    const both = [ring.require([subject]), ring.require([subject])];
    expect(await Promise.all(both.map(codeOf))).toEqual(["VAULT_UNAVAILABLE", "VAULT_UNAVAILABLE"]);
    expect(ring.get(subject)).toBeUndefined();
    store.failure = undefined;
    expect((await ring.require([subject])).get(subject)?.gone).toBe(false);
    expect(store.asked).toHaveLength(2);
  });

  it("says VAULT_UNAVAILABLE where the provider is down and no KEK is in memory, and goes on once it is back", async () => {
    const subject = id();
    const { ring, provider } = await coldKeyRing([subject]);
    provider.failure = new Error("the KMS answers 503");
    expect(await codeOf(ring.require([subject]))).toBe("VAULT_UNAVAILABLE");
    expect(await codeOf(ring.create(subjectsOf([id()])))).toBe("VAULT_UNAVAILABLE");
    provider.failure = undefined;
    expect((await ring.require([subject])).get(subject)?.gone).toBe(false);
  });

  it("loads and makes keys without the provider for as long as its KEK's TTL", async () => {
    const subject = id();
    const { ring, provider, clock } = await coldKeyRing([subject], { ttlMs: 1_000, kekTtlMs: 60_000 });
    await ring.require([subject]);
    provider.failure = new Error("the KMS answers 503");
    clock.nowMs += 59_999;
    expect((await ring.require([subject])).get(subject)?.gone).toBe(false);
    expect(await codeOf(ring.create(subjectsOf([id()])))).toBe("nothing failed");
    clock.nowMs += 1_001;
    expect(await codeOf(ring.require([subject]))).toBe("VAULT_UNAVAILABLE");
  });

  it("says VAULT_UNAVAILABLE where a wrapped key was changed, and gives nobody a key", async () => {
    const [changed, moved] = [id(), id()];
    const { ring, store } = await coldKeyRing([changed, moved]);
    const [first, second] = store.keys;
    if (first === undefined || second === undefined) throw new Error("two keys were made");
    store.keys[1] = { ...second, wrapped: first.wrapped };
    expect(await codeOf(ring.require([moved]))).toBe("VAULT_UNAVAILABLE");
    expect((await ring.require([changed])).get(changed)?.gone).toBe(false);
  });

  it("remembers no key of a subject that has none, and asks again", async () => {
    const { ring, store } = await fakeKeyRing();
    const subject = id();
    expect((await ring.require([subject])).get(subject)?.gone).toBe(true);
    expect(ring.get(subject)).toBeUndefined();
    await ring.require([subject]);
    expect(store.asked).toHaveLength(2);
  });

  it("wipes a subject's keys at once when it is shredded, also in the hands of a request", async () => {
    const subject = id();
    const { ring, store, memory } = await coldKeyRing([subject]);
    const held = memory.held;
    const inHand = (await ring.require([subject])).get(subject);
    store.destroy(subject);
    ring.shred(subject);
    expect(ring.get(subject)).toBeUndefined();
    expect(await codeOf(Promise.resolve().then(() => inHand?.seal(SUITE, PHONE, subject, "x")))).toBe(
      "ERASED",
    );
    // But the KEK.
    expect(memory.held).toBe(held + 1);
    expect((await ring.require([subject])).get(subject)?.gone).toBe(true);
  });

  it("gives nobody the keys of a subject that is shredded while they are being loaded", async () => {
    const [shredded, other] = [id(), id()];
    const { ring, store, memory } = await coldKeyRing([shredded, other]);
    const { opened, open } = gate();
    store.gate = opened;
    const loading = ring.require([shredded, other]);
    await settled();
    expect(store.asked).toHaveLength(1);
    const before = memory.held;
    store.destroy(shredded);
    ring.shred(shredded);
    open();
    const keys = await loading;
    expect([keys.get(shredded)?.gone, keys.get(other)?.gone]).toEqual([true, false]);
    expect(ring.get(shredded)).toBeUndefined();
    // The key of the other, and the KEK.
    expect(memory.held).toBe(before + 2);
  });

  it("makes the keys of many new subjects in one statement, and has them at hand", async () => {
    const { ring, store } = await fakeKeyRing();
    const subjects = ids(20);
    await ring.create(subjectsOf(subjects));
    expect(store.added).toEqual([20]);
    expect(new Set(store.keys.map((key) => key.id)).size).toBe(20);
    expect(subjects.filter((subject) => ring.get(subject) === undefined)).toEqual([]);
    expect(store.asked).toEqual([]);
  });

  it("holds no key that the store did not take", async () => {
    const { ring, store, memory } = await fakeKeyRing();
    const subjects = ids(20);
    await ring.create(subjectsOf([id()]));
    const { held } = memory;
    store.failure = new Error("disk full");
    expect(await codeOf(ring.create(subjectsOf(subjects)))).toBe("VAULT_UNAVAILABLE");
    expect(subjects.filter((subject) => ring.get(subject) !== undefined)).toEqual([]);
    expect(memory.held).toBe(held);
  });

  it("keeps from nobody else on a page what is wrong with one subject's key", async () => {
    const subjects = ids(20);
    const { ring, store, memory } = await coldKeyRing(subjects);
    const { held } = memory;
    const [first, ...rest] = [...store.keys].reverse();
    if (first === undefined) throw new Error("twenty keys were made");
    store.keys.splice(0, Infinity, ...rest, { ...first, wrapped: Buffer.alloc(first.wrapped.length) });
    const keys = await ring.require(subjects);
    const codes = subjects.map((of) => {
      try {
        return keys.get(of)?.seal(SUITE, PHONE, of, "x").length;
      } catch (error) {
        return error instanceof FieldwardError ? error.code : String(error);
      }
    });
    expect(codes.filter((code) => code === "VAULT_UNAVAILABLE")).toHaveLength(1);
    expect(codes.filter((code) => typeof code === "number")).toHaveLength(19);
    // And the KEK.
    expect(memory.held).toBe(held + 19 + 1);
  });
});
