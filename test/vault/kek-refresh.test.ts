import { v7 as uuidv7 } from "uuid";
import { makeKek } from "../../src/vault/key-encryption-keys";
import { codeOf, fakeKeyRing, MemoryProvider, random } from "./fakes";

const TTL_MS = 60_000;
const HALF_MS = TTL_MS / 2;
const CONTEXT = "subject/one/key";
const DOWN = new Error("the KMS answers 503");

/** The deployment's KEK, used once just now. */
async function usedKek() {
  const parts = await fakeKeyRing({ kekTtlMs: TTL_MS });
  const keks = parts.makeKeks();
  return { ...parts, keks, kek: await keks.primaryOf(null) };
}

describe("the refreshing of key-encryption keys", () => {
  it("asks the provider nothing before half the TTL, and once after it", async () => {
    const { keks, clock, provider } = await usedKek();
    clock.nowMs += HALF_MS - 1;
    await keks.refresh();
    expect(provider.unwrapped).toBe(1);
    clock.nowMs += 1;
    await Promise.all([keks.refresh(), keks.refresh()]);
    expect(provider.unwrapped).toBe(2);
    await keks.refresh();
    expect(provider.unwrapped).toBe(2);
  });

  it("keeps requests from waiting for the provider, for as long as there are any", async () => {
    const { keks, kek, clock, provider, memory } = await usedKek();
    for (let round = 0; round < 5; round += 1) {
      clock.nowMs += HALF_MS;
      await keks.refresh();
      const { unwrapped } = provider;
      expect(await keks.primaryOf(null)).toBe(kek);
      expect(provider.unwrapped).toBe(unwrapped);
    }
    expect(memory.held).toBe(1);
  });

  it("lets what nobody has asked for since run out", async () => {
    const { keks, clock, provider, memory } = await usedKek();
    clock.nowMs += HALF_MS;
    await keks.refresh();
    clock.nowMs += HALF_MS;
    await keks.refresh();
    expect(provider.unwrapped).toBe(2);
    clock.nowMs += HALF_MS;
    keks.sweep();
    expect(memory.held).toBe(0);
  });

  it("does not disturb who has the key in hand", async () => {
    const { keks, kek, clock, memory } = await usedKek();
    const secret = random(32);
    const { wrapped } = kek.wrap(CONTEXT, secret);
    clock.nowMs += HALF_MS;
    await keks.refresh();
    expect(await kek.unwrap(CONTEXT, wrapped)).toEqual(secret);
    expect(memory.held).toBe(1);
  });

  it("leaves the key in use until its TTL where the provider is down, and no longer", async () => {
    const { keks, clock, provider } = await usedKek();
    provider.failure = DOWN;
    clock.nowMs += HALF_MS;
    expect(await codeOf(keks.refresh())).toBe("VAULT_UNAVAILABLE");
    clock.nowMs += HALF_MS - 1;
    expect(await codeOf(keks.primaryOf(null))).toBe("nothing failed");
    clock.nowMs += 1;
    expect(await codeOf(keks.primaryOf(null))).toBe("VAULT_UNAVAILABLE");
  });

  it("refreshes the other keys where the provider of one is down", async () => {
    const { keks, clock, store, provider, named } = await usedKek();
    const other = new MemoryProvider();
    named.set("other", other);
    const given = { id: uuidv7(), tenantId: "tenant-a", provider: "other", createdAtMs: 0 };
    await store.addPrimaryKek(await makeKek(other, given, random));
    await keks.require(new Set([given.id]));
    other.failure = DOWN;
    clock.nowMs += HALF_MS;
    expect(await codeOf(keks.refresh())).toBe("VAULT_UNAVAILABLE");
    expect(provider.unwrapped).toBe(2);
  });

  it("does not ask for a key that has been destroyed", async () => {
    const { keks, kek, clock, store, provider } = await usedKek();
    store.kekRows = store.kekRows.map((row) => ({ ...row, state: "destroyed" as const }));
    clock.nowMs += HALF_MS;
    await keks.refresh();
    expect(provider.unwrapped).toBe(1);
    expect((await keks.require(new Set([kek.id]))).size).toBe(0);
  });
});
