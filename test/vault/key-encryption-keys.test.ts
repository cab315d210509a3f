import { v7 as uuidv7 } from "uuid";
import { makeKek } from "../../src/vault/key-encryption-keys";
import type { StoredKek } from "../../src/vault/key-store";
import { codeOf, fakeKeyRing, gate, MemoryProvider, random, settled } from "./fakes";

const TTL_MS = 60_000;
const CONTEXT = "subject/one/key";
const DOWN = new Error("the KMS answers 503");

/** KEKs of an installation, none of them in memory, and a way to add more. */
async function someKeks() {
  const parts = await fakeKeyRing({ ttlMs: 1_000, kekTtlMs: TTL_MS });
  const { store, provider } = parts;
  const add = async (tenantId: string | null, spec: string | null = null, by = provider): Promise<string> => {
    const given = { id: uuidv7(), tenantId, provider: spec, createdAtMs: 0 };
    await store.addPrimaryKek(await makeKek(by, given, random));
    return given.id;
  };
  const setState = (id: string, state: StoredKek["state"]): void => {
    store.kekRows = store.kekRows.map((kek) => (kek.id === id ? { ...kek, state } : kek));
  };
  const deployment = store.kekRows[0]?.id ?? "";
  return { ...parts, keks: parts.makeKeks(), deployment, add, setState };
}

const only = (id: string): ReadonlySet<string> => new Set([id]);

describe("the key-encryption keys", () => {
  it("give back what they wrapped, for the same context only", async () => {
    const { keks, deployment } = await someKeks();
    const secret = random(32);
    const { kekId, wrapped } = (await keks.primaryOf(null)).wrap(CONTEXT, secret);
    expect(kekId).toBe(deployment);
    const kek = (await keks.require(only(kekId))).get(kekId);
    expect(await kek?.unwrap(CONTEXT, wrapped)).toEqual(secret);
    expect(() => kek?.unwrap("subject/two/key", wrapped)).toThrow("does not open");
  });

  it("ask the provider once for a thousand data keys", async () => {
    const { ring, makeRing, provider, store } = await someKeks();
    const subjects = Array.from({ length: 1_000 }, () => ({ id: uuidv7(), tenantId: null }));
    await ring.create(subjects);
    expect(provider.unwrapped).toBe(1);
    const cold = makeRing();
    const keys = await cold.require(subjects.map(({ id }) => id));
    expect([...keys.values()].filter(({ gone }) => gone)).toEqual([]);
    expect(provider.unwrapped).toBe(2);
    expect(store.kekLoads).toBe(2);
  });

  it("ask provider and vault database once in each TTL", async () => {
    const { keks, clock, provider, store } = await someKeks();
    for (let round = 1; round <= 3; round += 1) {
      await keks.primaryOf(null);
      clock.nowMs += TTL_MS - 1;
      await keks.primaryOf(null);
      expect({ provider: provider.unwrapped, store: store.kekLoads }).toEqual({
        provider: round,
        store: round,
      });
      clock.nowMs += 1;
    }
  });

  it("count their TTL from before the provider was asked", async () => {
    const { keks, clock, provider } = await someKeks();
    const { opened, open } = gate();
    provider.gate = opened;
    const asking = keks.primaryOf(null);
    await settled();
    clock.nowMs += 10_000;
    open();
    await asking;
    clock.nowMs += TTL_MS - 10_000;
    await keks.primaryOf(null);
    expect(provider.unwrapped).toBe(2);
  });

  it("make one call of fifty callers at once", async () => {
    const { keks, deployment, provider, store } = await someKeks();
    const { opened, open } = gate();
    provider.gate = opened;
    const callers = Array.from({ length: 50 }, (_, i) =>
      i % 2 === 0 ? keks.primaryOf(null) : keks.require(only(deployment)),
    );
    await settled();
    callers.push(keks.primaryOf(null));
    open();
    await Promise.all(callers);
    expect({ provider: provider.unwrapped, store: store.kekLoads }).toEqual({ provider: 1, store: 1 });
  });

  it.each(["provider", "store"] as const)(
    "do without the %s until the TTL has passed, not after, and again once it is back",
    async (part) => {
      const parts = await someKeks();
      const { keks, clock, memory } = parts;
      const kek = await keks.primaryOf(null);
      parts[part].failure = DOWN;
      clock.nowMs += TTL_MS - 1;
      expect(await keks.primaryOf(null)).toBe(kek);
      clock.nowMs += 1;
      expect(await codeOf(keks.primaryOf(null))).toBe("VAULT_UNAVAILABLE");
      expect(await codeOf(keks.require(only(kek.id)))).toBe("VAULT_UNAVAILABLE");
      parts[part].failure = undefined;
      expect(await codeOf(keks.primaryOf(null))).toBe("nothing failed");
      expect(memory.held).toBe(1);
    },
  );

  it("are unavailable where the provider answers something that is no key", async () => {
    const { keks, provider, memory } = await someKeks();
    jest.spyOn(provider, "unwrap").mockResolvedValue(Buffer.alloc(16, 7));
    expect(await codeOf(keks.primaryOf(null))).toBe("VAULT_UNAVAILABLE");
    expect(memory.held).toBe(0);
  });

  it("are unavailable where there is no primary", async () => {
    const { keks, deployment, setState } = await someKeks();
    setState(deployment, "retired");
    expect(await codeOf(keks.primaryOf(null))).toBe("VAULT_UNAVAILABLE");
  });
});

describe("the key-encryption key of a tenant", () => {
  it("wraps for its tenant, and the deployment's for everyone else", async () => {
    const { keks, add, deployment } = await someKeks();
    const own = await add("tenant-a");
    expect((await keks.primaryOf("tenant-a")).id).toBe(own);
    expect((await keks.primaryOf("tenant-b")).id).toBe(deployment);
    expect((await keks.primaryOf(null)).id).toBe(deployment);
  });

  it("is asked for at the provider that it names, whose outage is its tenant's alone", async () => {
    const { keks, add, named, provider } = await someKeks();
    const other = new MemoryProvider();
    named.set("vault-transit:https://vault.example.com#fieldward", other);
    await add("tenant-a", "vault-transit:https://vault.example.com#fieldward", other);
    other.failure = DOWN;
    expect(await codeOf(keks.primaryOf("tenant-a"))).toBe("VAULT_UNAVAILABLE");
    expect(await codeOf(keks.primaryOf("tenant-b"))).toBe("nothing failed");
    expect({ other: other.unwrapped, deployment: provider.unwrapped }).toEqual({ other: 1, deployment: 1 });
  });

  it("makes the keys of its subjects gone, and of no others, once it is destroyed", async () => {
    const { ring, makeRing, add, setState } = await someKeks();
    const own = await add("tenant-a");
    const [theirs, ours] = [uuidv7(), uuidv7()];
    await ring.create([
      { id: theirs, tenantId: "tenant-a" },
      { id: ours, tenantId: "tenant-b" },
    ]);
    setState(own, "destroyed");
    const keys = await makeRing().require([theirs, ours]);
    expect([keys.get(theirs)?.gone, keys.get(ours)?.gone]).toEqual([true, false]);
  });
});

describe("a stored key-encryption key", () => {
  it.each([
    ["primary", true],
    ["retired", true],
    ["empty", true],
    ["destroyed", false],
    ["moved", false],
  ] as const)("that is %s: whether it unwraps is %s", async (state, unwraps) => {
    const { keks, add, setState } = await someKeks();
    const id = await add(null);
    setState(id, state);
    expect((await keks.require(only(id))).has(id)).toBe(unwraps);
  });

  it.each(["retired", "empty", "destroyed", "moved"] as const)(
    "that is %s wraps nothing: the deployment's does",
    async (state) => {
      const { keks, add, setState, deployment } = await someKeks();
      setState(await add("tenant-a"), state);
      expect((await keks.primaryOf("tenant-a")).id).toBe(deployment);
    },
  );

  it("that was made since the rows were loaded is found by loading them once more", async () => {
    const { keks, add, store } = await someKeks();
    await keks.primaryOf(null);
    const made = await add(null);
    expect((await keks.require(only(made))).get(made)?.id).toBe(made);
    expect(store.kekLoads).toBe(2);
    await keks.require(only(made));
    expect(store.kekLoads).toBe(2);
  });
});

describe("a data key of version 0.1.0", () => {
  it("opens by the provider that it lies directly under, which is told its version", async () => {
    const { ring, provider, store } = await someKeks();
    const [id, subjectId] = [uuidv7(), uuidv7()];
    const context = `subject/${subjectId}/${id}`;
    const { wrapped } = await provider.wrap(context, random(32));
    store.keys.push({ id, subjectId, tenantId: null, kekId: "local-7", wrapped, state: "active" });
    const unwrap = jest.spyOn(provider, "unwrap");
    expect((await ring.require([subjectId])).get(subjectId)?.gone).toBe(false);
    expect(unwrap).toHaveBeenCalledWith(context, { keyId: provider.name, keyVersion: "local-7", wrapped });
    // No KEK was unwrapped for it, and the rows were looked at twice before it was taken for one.
    expect(unwrap).toHaveBeenCalledTimes(1);
    expect(store.kekLoads).toBe(2);
  });

  it("lies under something that wraps no new key", async () => {
    const { keks } = await someKeks();
    const direct = (await keks.require(only("local-7"))).get("local-7");
    expect(() => direct?.wrap(CONTEXT, random(32))).toThrow("directly");
  });
});

describe("the sweep of key-encryption keys", () => {
  it("wipes what is past its TTL and nothing before", async () => {
    const { keks, clock, memory } = await someKeks();
    const kek = await keks.primaryOf(null);
    clock.nowMs += TTL_MS - 1;
    keks.sweep();
    expect(memory.held).toBe(1);
    clock.nowMs += 1;
    keks.sweep();
    expect(memory.held).toBe(0);
    expect(() => kek.wrap(CONTEXT, random(32))).toThrow("wiped");
  });
});
