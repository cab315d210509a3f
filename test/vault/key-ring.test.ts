import { v7 as uuidv7 } from "uuid";
import { personalFieldsOf } from "../../src/domain/classified";
import { Customer } from "../../src/domain/customer";
import { SUITES } from "../../src/crypto/suites";
import { codeOf, fakeKeyRing } from "./fakes";

const ids = (count: number): string[] => Array.from({ length: count }, () => uuidv7());
const id = (): string => uuidv7();

/** A ring whose store holds the keys of these subjects, with nothing of them in memory. */
async function coldRing(subjects: readonly string[], options: Parameters<typeof fakeKeyRing>[0] = {}) {
  const parts = fakeKeyRing(options);
  await parts.ring.create(subjects);
  return { ...parts, ring: parts.makeRing() };
}

describe("the key ring", () => {
  it("loads a page of subjects in one statement, each asked for once", async () => {
    const subjects = ids(100);
    const { ring, store } = await coldRing(subjects);
    const keys = await ring.require([...subjects, ...subjects]);
    expect(keys.size).toBe(100);
    expect([...keys.values()].some((key) => key.gone)).toBe(false);
    expect(store.asked).toEqual([subjects]);
  });

  it("makes one statement of what concurrent callers ask for in one tick", async () => {
    const subjects = ids(6);
    const { ring, store } = await coldRing(subjects);
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
    const { ring, store } = await coldRing([subject]);
    const first = ring.require([subject]);
    await Promise.resolve();
    await Promise.resolve();
    expect(store.asked).toHaveLength(1);
    await Promise.all([first, ring.require([subject])]);
    expect(store.asked).toHaveLength(1);
  });

  it("asks the store no more while the keys are within their TTL, and again once they are past it", async () => {
    const subject = id();
    const { ring, store, clock } = await coldRing([subject], { ttlMs: 60_000 });
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

  it("fails closed past the TTL where the store is down", async () => {
    const subject = id();
    const { ring, store, clock } = await coldRing([subject]);
    await ring.require([subject]);
    store.failure = new Error("ECONNREFUSED");
    clock.nowMs += 60_000;
    expect(await codeOf(ring.require([subject]))).toBe("VAULT_UNAVAILABLE");
  });

  it("never holds the keys of more subjects than its bound", async () => {
    const subjects = ids(50);
    const { ring } = await coldRing(subjects, { maxSubjects: 10 });
    for (const subject of subjects) {
      await ring.require([subject]);
      expect(subjects.filter((held) => ring.get(held) !== undefined).length).toBeLessThanOrEqual(10);
    }
    expect(ring.get(subjects.at(-1) ?? "")).toBeDefined();
  });

  it("answers for every subject of a page that is larger than its bound", async () => {
    const subjects = ids(50);
    const { ring, store } = await coldRing(subjects, { maxSubjects: 10 });
    const keys = await ring.require(subjects);
    expect(subjects.filter((subject) => keys.get(subject)?.gone !== false)).toEqual([]);
    expect(store.asked).toHaveLength(1);
  });

  it("remembers nothing of a load that failed", async () => {
    const subject = id();
    const { ring, store } = await coldRing([subject]);
    store.failure = new Error("ECONNREFUSED");
    const both = [ring.require([subject]), ring.require([subject])];
    expect(await Promise.all(both.map(codeOf))).toEqual(["VAULT_UNAVAILABLE", "VAULT_UNAVAILABLE"]);
    expect(ring.get(subject)).toBeUndefined();
    store.failure = undefined;
    expect((await ring.require([subject])).get(subject)?.gone).toBe(false);
    expect(store.asked).toHaveLength(2);
  });

  it("says VAULT_UNAVAILABLE where the provider is down, and goes on once it is back", async () => {
    const subject = id();
    const { ring, provider } = await coldRing([subject]);
    provider.failure = new Error("the KMS answers 503");
    expect(await codeOf(ring.require([subject]))).toBe("VAULT_UNAVAILABLE");
    expect(await codeOf(ring.create([id()]))).toBe("VAULT_UNAVAILABLE");
    provider.failure = undefined;
    expect((await ring.require([subject])).get(subject)?.gone).toBe(false);
  });

  it("says VAULT_UNAVAILABLE where a wrapped key was changed, and gives nobody a key", async () => {
    const [changed, moved] = [id(), id()];
    const { ring, store } = await coldRing([changed, moved]);
    const [first, second] = store.keys;
    if (first === undefined || second === undefined) throw new Error("two keys were made");
    store.keys[1] = { ...second, wrapped: first.wrapped };
    expect(await codeOf(ring.require([moved]))).toBe("VAULT_UNAVAILABLE");
    expect((await ring.require([changed])).get(changed)?.gone).toBe(false);
  });

  it("remembers no key of a subject that has none, and asks again", async () => {
    const { ring, store } = fakeKeyRing();
    const subject = id();
    expect((await ring.require([subject])).get(subject)?.gone).toBe(true);
    expect(ring.get(subject)).toBeUndefined();
    await ring.require([subject]);
    expect(store.asked).toHaveLength(2);
  });

  it("forgets a subject at once when told to", async () => {
    const subject = id();
    const { ring, store } = await coldRing([subject]);
    await ring.require([subject]);
    ring.forget(subject);
    expect(ring.get(subject)).toBeUndefined();
    store.keys.length = 0;
    expect((await ring.require([subject])).get(subject)?.gone).toBe(true);
  });

  it("makes the keys of many new subjects in one statement, and has them at hand", async () => {
    const { ring, store } = fakeKeyRing();
    const subjects = ids(20);
    await ring.create(subjects);
    expect(store.added).toEqual([20]);
    expect(new Set(store.keys.map((key) => key.id)).size).toBe(20);
    expect(subjects.filter((subject) => ring.get(subject) === undefined)).toEqual([]);
    expect(store.asked).toEqual([]);
  });

  it("holds no key that the store did not take", async () => {
    const { ring, store } = fakeKeyRing();
    const subject = id();
    store.failure = new Error("disk full");
    expect(await codeOf(ring.create([subject]))).toBe("VAULT_UNAVAILABLE");
    expect(ring.get(subject)).toBeUndefined();
  });
});

describe("the keys of one subject", () => {
  const [phone, email] = ["phone", "email"].map((property) => {
    const field = personalFieldsOf(Customer.name).find(({ sealed }) => sealed.property === property);
    if (field === undefined) throw new Error(`${property} is not sealed`);
    return field.sealed;
  });
  if (phone === undefined || email === undefined) throw new Error("both are sealed");
  const suite = SUITES["xchacha20-poly1305"];

  async function twoSubjects() {
    const [a, b] = [id(), id()];
    const parts = await coldRing([a, b]);
    const keys = await parts.ring.require([a, b]);
    const [ofA, ofB] = [keys.get(a), keys.get(b)];
    if (ofA === undefined || ofB === undefined) throw new Error("both have keys");
    return { ...parts, a, ofA, ofB };
  }

  const code = (work: () => unknown): Promise<string> => codeOf(Promise.resolve().then(work));

  it("open what they sealed, in its column, and nothing of another subject", async () => {
    const { a, ofA, ofB } = await twoSubjects();
    const envelope = ofA.seal(suite, phone, a, "+447700900123");
    expect(ofA.open(phone, envelope, a)).toBe("+447700900123");
    expect(await code(() => ofA.open(email, envelope, a))).toBe("FIELD_TAMPERED");
    expect(await code(() => ofA.open(phone, envelope, id()))).toBe("FIELD_TAMPERED");
    expect(await code(() => ofB.open(phone, envelope, a))).toBe("FIELD_TAMPERED");
    expect(await code(() => ofA.open(phone, Buffer.from("plaintext"), a))).toBe("FIELD_TAMPERED");
  });

  it("open with a retired key and seal with the active one", async () => {
    const { a, ofA, store, ring, makeRing } = await twoSubjects();
    const before = ofA.seal(suite, phone, a, "+447700900123");
    await ring.create([a]);
    const [old] = store.keys;
    if (old === undefined) throw new Error("a key was made");
    store.keys[0] = { ...old, state: "retired" };
    const fresh = (await makeRing().require([a])).get(a);
    const after = fresh?.seal(suite, phone, a, "+447700900123") ?? Buffer.alloc(0);
    expect(fresh?.open(phone, before, a)).toBe("+447700900123");
    expect(after.subarray(2, 18)).not.toEqual(before.subarray(2, 18));
  });

  it("say ERASED where they are gone, to sealing and to opening", async () => {
    const { a, ofA, store, makeRing } = await twoSubjects();
    const envelope = ofA.seal(suite, phone, a, "+447700900123");
    store.keys.length = 0;
    const gone = (await makeRing().require([a])).get(a);
    expect(await code(() => gone?.open(phone, envelope, a))).toBe("ERASED");
    expect(await code(() => gone?.seal(suite, phone, a, "x"))).toBe("ERASED");
  });
});
