import { v7 as uuidv7 } from "uuid";
import "../../src/domain/customer";
import { FieldwardError } from "../../src/domain/errors";
import { codeOf, fakeKeyRing, gate, sealedColumn, settled, SUITE, subjectsOf } from "./fakes";

const PHONE = sealedColumn("Customer", "phone");
const REASON = "shredded customers are readable again";

/** A ring with the keys of one subject in memory. */
async function warmRing() {
  const parts = await fakeKeyRing();
  const subject = uuidv7();
  await parts.ring.create(subjectsOf([subject]));
  return { ...parts, subject };
}

describe("a barred key ring", () => {
  it("gives no keys and makes none, and its reason is the cause", async () => {
    const { ring, store, subject } = await warmRing();
    ring.bar(REASON);
    expect(ring.get(subject)).toBeUndefined();
    const failure: unknown = await ring.require([subject]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(FieldwardError);
    expect(failure).toMatchObject({ code: "VAULT_UNAVAILABLE", cause: { message: REASON } });
    expect(await codeOf(ring.create(subjectsOf([uuidv7()])))).toBe("VAULT_UNAVAILABLE");
    expect({ asked: store.asked.length, keys: store.keys.length }).toEqual({ asked: 0, keys: 1 });
  });

  it("holds no data key, and takes back what a request has in hand", async () => {
    const { ring, memory, subject } = await warmRing();
    const inHand = (await ring.require([subject])).get(subject);
    const { held } = memory;
    ring.bar(REASON);
    expect(memory.held).toBe(held - 1);
    const sealing = Promise.resolve().then(() => inHand?.seal(SUITE, PHONE, subject, "+447700900123"));
    expect(await codeOf(sealing)).toBe("VAULT_UNAVAILABLE");
  });

  it("neither keeps nor hands out what was being loaded when it was barred", async () => {
    const { store, memory, subject, makeRing } = await warmRing();
    const ring = makeRing();
    const { held } = memory;
    const { opened, open } = gate();
    store.gate = opened;
    const loading = ring.require([subject]);
    await settled();
    ring.bar(REASON);
    open();
    expect(await codeOf(loading)).toBe("VAULT_UNAVAILABLE");
    expect(ring.get(subject)).toBeUndefined();
    // At most the KEK.
    expect(memory.held).toBeLessThanOrEqual(held + 1);
  });

  it("gives keys again once the reason is lifted", async () => {
    const { ring, subject } = await warmRing();
    ring.bar(REASON);
    ring.bar(undefined);
    expect((await ring.require([subject])).get(subject)?.gone).toBe(false);
  });
});
