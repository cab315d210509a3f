import { v7 as uuidv7 } from "uuid";
import "../../src/domain/customer";
import { codeOf, coldKeyRing, sealedColumn, SUITE, subjectsOf } from "./fakes";

const PHONE = sealedColumn("Customer", "phone");
const EMAIL = sealedColumn("Customer", "email");
const id = (): string => uuidv7();

describe("the keys of one subject", () => {
  async function twoSubjects() {
    const [a, b] = [id(), id()];
    const parts = await coldKeyRing([a, b]);
    const keys = await parts.ring.require([a, b]);
    const [ofA, ofB] = [keys.get(a), keys.get(b)];
    if (ofA === undefined || ofB === undefined) throw new Error("both have keys");
    return { ...parts, a, ofA, ofB };
  }

  const code = (work: () => unknown): Promise<string> => codeOf(Promise.resolve().then(work));

  it("open what they sealed, in its column, and nothing of another subject", async () => {
    const { a, ofA, ofB } = await twoSubjects();
    const envelope = ofA.seal(SUITE, PHONE, a, "+447700900123");
    expect(ofA.open(PHONE, envelope, a)).toBe("+447700900123");
    expect(await code(() => ofA.open(EMAIL, envelope, a))).toBe("FIELD_TAMPERED");
    expect(await code(() => ofA.open(PHONE, envelope, id()))).toBe("FIELD_TAMPERED");
    expect(await code(() => ofB.open(PHONE, envelope, a))).toBe("FIELD_TAMPERED");
    expect(await code(() => ofA.open(PHONE, Buffer.from("plaintext"), a))).toBe("FIELD_TAMPERED");
  });

  it("open with a retired key and seal with the active one", async () => {
    const { a, ofA, store, ring, makeRing } = await twoSubjects();
    const before = ofA.seal(SUITE, PHONE, a, "+447700900123");
    await ring.create(subjectsOf([a]));
    const [old] = store.keys;
    if (old === undefined) throw new Error("a key was made");
    store.keys[0] = { ...old, state: "retired" };
    const fresh = (await makeRing().require([a])).get(a);
    const after = fresh?.seal(SUITE, PHONE, a, "+447700900123") ?? Buffer.alloc(0);
    expect(fresh?.open(PHONE, before, a)).toBe("+447700900123");
    expect(fresh?.open(PHONE, after, a)).toBe("+447700900123");
    expect([before, after].map((envelope) => fresh?.isUnderActive(envelope))).toEqual([false, true]);
    expect(after.subarray(2, 18)).not.toEqual(before.subarray(2, 18));
  });

  it("say ERASED where they are gone, to sealing and to opening", async () => {
    const { a, ofA, store, makeRing } = await twoSubjects();
    const envelope = ofA.seal(SUITE, PHONE, a, "+447700900123");
    store.keys.length = 0;
    const gone = (await makeRing().require([a])).get(a);
    expect(await code(() => gone?.open(PHONE, envelope, a))).toBe("ERASED");
    expect(await code(() => gone?.seal(SUITE, PHONE, a, "x"))).toBe("ERASED");
  });
});
