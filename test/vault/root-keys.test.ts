import { StartupError } from "../../src/domain/errors";
import { createRootKeys, openRootKeys, ROOT_KEY_PURPOSES } from "../../src/vault/root-keys";
import { fakeKeyRing, random } from "./fakes";

/** A vault with all root keys. */
async function withRootKeys() {
  const parts = await fakeKeyRing();
  const keks = parts.makeKeks();
  await createRootKeys(parts.store, keks, random);
  return { ...parts, keks };
}

const hex = (key: Uint8Array): string => Buffer.from(key).toString("hex");

describe("the root keys", () => {
  it("are one for each use, different, and the same at each start", async () => {
    const { store, keks, memory, makeKeks } = await withRootKeys();
    const keys = await openRootKeys(store, keks, memory);
    // The blind index opens its own.
    expect(["blind-index", ...Object.keys(keys)]).toEqual([...ROOT_KEY_PURPOSES]);
    expect(new Set(Object.values(keys).map(hex)).size).toBe(ROOT_KEY_PURPOSES.length - 1);
    await createRootKeys(store, keks, random);
    expect(store.roots).toHaveLength(ROOT_KEY_PURPOSES.length);
    const again = await openRootKeys(store, makeKeks(), memory);
    expect(Object.values(again).map(hex)).toEqual(Object.values(keys).map(hex));
  });

  it("are made where they are missing, and those that are there stay", async () => {
    const { store, keks } = await withRootKeys();
    const [first, ...rest] = [...store.roots];
    store.roots.splice(0, 1);
    await createRootKeys(store, keks, random);
    expect(store.roots.slice(0, -1)).toEqual(rest);
    expect(store.roots.at(-1)).toMatchObject({ purpose: first?.purpose, version: 1, state: "current" });
  });

  it("cost the provider one call, and lie in key memory", async () => {
    const { store, provider, memory, makeKeks } = await withRootKeys();
    const { unwrapped } = provider;
    const { held } = memory;
    await openRootKeys(store, makeKeks(), memory);
    expect(provider.unwrapped).toBe(unwrapped + 1);
    // Those of ROOT_KEY_PURPOSES but the blind index's, and the KEK.
    expect(memory.held).toBe(held + ROOT_KEY_PURPOSES.length);
  });

  it.each(ROOT_KEY_PURPOSES.filter((purpose) => purpose !== "blind-index"))(
    "stop the start where the one for %s is missing: a new one would leave every credential unusable",
    async (purpose) => {
      const { store, keks, memory } = await withRootKeys();
      store.roots.splice(0, Infinity, ...store.roots.filter((key) => key.purpose !== purpose));
      const opening = openRootKeys(store, keks, memory);
      await expect(opening).rejects.toThrow(StartupError);
      await expect(opening).rejects.toThrow(new RegExp(`"${purpose}".*fieldward init.*restore`));
    },
  );

  it("do not stand in for one another", async () => {
    const { store, keks, memory } = await withRootKeys();
    const wrapped = store.roots[1]?.wrapped ?? Buffer.alloc(0);
    store.roots.splice(0, Infinity, ...store.roots.map((key) => ({ ...key, wrapped })));
    await expect(openRootKeys(store, keks, memory)).rejects.toThrow(StartupError);
  });

  it("stop the start under a keyset that is not theirs, and the text says to put it back", async () => {
    const { store, memory } = await withRootKeys();
    const { makeKeks } = await fakeKeyRing();
    await expect(openRootKeys(store, makeKeks(), memory)).rejects.toThrow(/keyset.*belongs to this vault/);
  });
});
