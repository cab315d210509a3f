import { blindIndex } from "../../src/crypto/derive";
import type { SealedColumn } from "../../src/domain/sealed";
import "../../src/domain/entities";
import { StartupError } from "../../src/domain/errors";
import { BlindIndexes, slotOf } from "../../src/vault/blind-indexes";
import type { StoredRootKey } from "../../src/vault/key-store";
import { rootKeyContext } from "../../src/vault/root-keys";
import { vectors } from "../vectors/files";
import { codeOf, fakeKeyRing, gate, random, sealedColumn, settled } from "./fakes";

const TTL_MS = 60_000;
const NUMBER = "+447700900123";
const PHONE = sealedColumn("Customer", "phone");
const DOWN = new Error("ECONNREFUSED");

/** The keys of one moment: the state of each version. */
type Keys = Readonly<Record<number, StoredRootKey["state"]>>;

/** Blind indexes over a vault in memory, whose keys the test sets. */
async function someIndexes(keys: Keys = { 1: "current" }) {
  const parts = await fakeKeyRing({ kekTtlMs: TTL_MS });
  const { store, memory, clock } = parts;
  const keks = parts.makeKeks();
  const secrets = new Map<number, Buffer>();
  const rows = new Map<number, StoredRootKey>();
  const add = async (version: number, secret: Buffer): Promise<void> => {
    secrets.set(version, Buffer.from(secret));
    const key = { purpose: "blind-index", version };
    const wrapped = (await keks.primaryOf(null)).wrap(rootKeyContext(key), secret);
    rows.set(version, { ...key, ...wrapped, state: "current" });
  };
  for (const version of [1, 2, 3]) await add(version, random(32));
  const set = (now: Keys): void => {
    const stored = Object.entries(now).flatMap(([version, state]) => {
      const row = rows.get(Number(version));
      return row === undefined ? [] : [{ ...row, state }];
    });
    store.roots.splice(0, Infinity, ...stored);
  };
  set(keys);
  const make = () => new BlindIndexes({ store, keks, memory, clock: () => clock.nowMs, ttlMs: TTL_MS });
  /** What a version of the key makes of the number of a customer. */
  const by = (version: number): string =>
    blindIndex(secrets.get(version) ?? Buffer.alloc(0), "customer", "phone", version)(NUMBER);
  return { ...parts, keks, indexes: make(), make, set, add, by };
}

/** What happens to the keys when they are rotated twice: a null is an empty column. */
const ROTATIONS: readonly {
  readonly keys: Keys;
  readonly find: number;
  readonly write: readonly [number | null, number | null];
}[] = [
  { keys: { 1: "current" }, find: 1, write: [1, null] },
  { keys: { 1: "current", 2: "incoming" }, find: 1, write: [1, 2] },
  { keys: { 1: "retired", 2: "current" }, find: 2, write: [1, 2] },
  { keys: { 2: "current" }, find: 2, write: [null, 2] },
  { keys: { 2: "current", 3: "incoming" }, find: 2, write: [3, 2] },
  { keys: { 2: "retired", 3: "current" }, find: 3, write: [3, 2] },
  { keys: { 3: "current" }, find: 3, write: [3, null] },
];

describe.each(ROTATIONS)("the blind indexes by $keys", ({ keys, find, write }) => {
  it(`find by version ${find}, in its column`, async () => {
    const { indexes, by } = await someIndexes(keys);
    const property = find % 2 === 1 ? "phoneBi" : "phoneBi2";
    expect((await indexes.now()).find(PHONE, NUMBER)).toEqual({ property, index: by(find) });
    expect(indexes.slot).toBe(slotOf(find));
  });

  it(`write ${JSON.stringify(write)} into the two columns`, async () => {
    const { indexes, by } = await someIndexes(keys);
    const written = write.map((version) => (version === null ? null : by(version)));
    expect((await indexes.now()).write(PHONE, NUMBER)).toEqual(written);
  });

  it("write nothing for no value", async () => {
    const { indexes } = await someIndexes(keys);
    expect((await indexes.now()).write(PHONE, null)).toEqual([null, null]);
  });
});

const steps = ROTATIONS.slice(1).map(({ keys }, i) => ({ before: ROTATIONS[i]?.keys ?? {}, after: keys }));

describe.each(steps)("two processes, one by $before and one by $after", ({ before, after }) => {
  it("find what either of them writes", async () => {
    const { indexes: slow, make, set } = await someIndexes(before);
    await slow.load();
    set(after);
    const states = [await slow.now(), await make().now()];
    for (const writer of states) {
      const [phoneBi, phoneBi2] = writer.write(PHONE, NUMBER);
      const row: Readonly<Record<string, string | null>> = { phoneBi, phoneBi2 };
      for (const reader of states) {
        const { property, index } = reader.find(PHONE, NUMBER);
        expect(row[property]).toBe(index);
      }
    }
  });
});

describe("a blind index", () => {
  it.each(vectors("blind-indexes"))(
    "is that of the known answers: $table.$column, version $version",
    async (known) => {
      const { root, table, column, version, value, index } = known;
      const { indexes, add, set } = await someIndexes();
      await add(version, Buffer.from(root, "hex"));
      set({ [version]: "current" });
      const field: SealedColumn = {
        table,
        column,
        property: "x",
        ct: "xCt",
        bi: ["xBi", "xBi2"],
        lookup: (text) => text,
        index: `${table}.${column}`,
      };
      const property = version % 2 === 1 ? "xBi" : "xBi2";
      expect((await indexes.now()).find(field, value)).toEqual({ property, index });
    },
  );

  it("is of the normalised value", async () => {
    const { indexes, by } = await someIndexes();
    expect((await indexes.now()).find(PHONE, "+44 7700 900-123").index).toBe(by(1));
  });

  it("is the same for a message's number as for its customer's, and another for an e-mail address", async () => {
    const { indexes, by } = await someIndexes();
    const state = await indexes.now();
    expect(state.find(sealedColumn("Message", "customerNumber"), NUMBER).index).toBe(by(1));
    const addresses = ["Customer", "Staff"].map(
      (owner) => state.find(sealedColumn(owner, "email"), "amira@example.org").index,
    );
    expect(new Set(addresses).size).toBe(2);
  });

  it("is not there for a field that cannot be looked up", async () => {
    const { indexes } = await someIndexes();
    const state = await indexes.now();
    expect(() => state.find(sealedColumn("Customer", "name"), "Amira Novak")).toThrow("no blind index");
  });
});

describe("the state of the blind indexes", () => {
  it("is loaded once in each TTL, and is at hand without waiting until then", async () => {
    const { indexes, store, clock, set } = await someIndexes();
    const state = await indexes.now();
    clock.nowMs += TTL_MS - 1;
    set({ 1: "current", 2: "incoming" });
    expect(indexes.now()).toBe(state);
    expect(store.rootLoads).toBe(1);
    clock.nowMs += 1;
    expect((await indexes.now()).write(PHONE, NUMBER)).not.toContain(null);
    expect(store.rootLoads).toBe(2);
  });

  it("is loaded once for all who ask at the same time", async () => {
    const { indexes, store, provider } = await someIndexes();
    const states = await Promise.all(Array.from({ length: 50 }, async () => indexes.now()));
    expect(new Set(states).size).toBe(1);
    expect({ loads: store.rootLoads, unwrapped: provider.unwrapped }).toEqual({ loads: 1, unwrapped: 1 });
  });

  it("counts its age from before the load: what changed meanwhile is known one TTL later", async () => {
    const { indexes, keks, provider, clock } = await someIndexes();
    clock.nowMs += TTL_MS;
    keks.sweep();
    const { opened, open } = gate();
    provider.gate = opened;
    const loading = indexes.load();
    await settled();
    clock.nowMs += 10_000;
    open();
    expect((await loading).loadedAtMs).toBe(clock.nowMs - 10_000);
  });

  it("is loaded anew at once when asked to", async () => {
    const { indexes, set, by } = await someIndexes();
    await indexes.now();
    set({ 1: "retired", 2: "current" });
    await indexes.load();
    expect((await indexes.now()).find(PHONE, NUMBER).index).toBe(by(2));
  });

  it("is unavailable past its TTL while the vault database is down, not before, and there again after", async () => {
    const { indexes, store, clock } = await someIndexes();
    await indexes.now();
    store.failure = DOWN;
    clock.nowMs += TTL_MS - 1;
    expect((await indexes.now()).current).toBe(1);
    expect(await codeOf(indexes.load())).toBe("VAULT_UNAVAILABLE");
    clock.nowMs += 1;
    expect(await codeOf(Promise.resolve(indexes.now()))).toBe("VAULT_UNAVAILABLE");
    store.failure = undefined;
    expect((await indexes.now()).current).toBe(1);
  });

  it("needs the provider for keys that it does not know, and for no others", async () => {
    const { indexes, keks, provider, clock, set } = await someIndexes();
    await indexes.now();
    provider.failure = new Error("the KMS answers 503");
    clock.nowMs += TTL_MS;
    keks.sweep();
    expect((await indexes.now()).current).toBe(1);
    set({ 1: "current", 2: "incoming" });
    clock.nowMs += TTL_MS;
    expect(await codeOf(Promise.resolve(indexes.now()))).toBe("VAULT_UNAVAILABLE");
  });

  it("cannot be where the vault holds no current key", async () => {
    const { indexes } = await someIndexes({ 1: "incoming" });
    const cause = expect.any(StartupError) as StartupError;
    await expect(indexes.load()).rejects.toMatchObject({ code: "VAULT_UNAVAILABLE", cause });
  });

  it("indexes nothing any more once key memory has been wiped", async () => {
    const { indexes, memory } = await someIndexes();
    const state = await indexes.now();
    memory.wipeAll();
    expect(() => state.find(PHONE, NUMBER)).toThrow("wiped");
  });

  it("is by the key that is stored now, where a version was made anew", async () => {
    const { indexes, add, set, by } = await someIndexes({ 1: "current", 2: "incoming" });
    await indexes.load();
    await add(2, random(32));
    set({ 1: "retired", 2: "current" });
    expect((await indexes.load()).find(PHONE, NUMBER).index).toBe(by(2));
  });
});
