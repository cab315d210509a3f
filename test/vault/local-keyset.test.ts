import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SUITES } from "../../src/crypto/suites";
import { StartupError } from "../../src/domain/errors";
import { createKeyset, openLocalKeyset } from "../../src/vault/local-keyset";
import { createRootKeys, openRootKeys, ROOT_KEY_PURPOSES } from "../../src/vault/root-keys";
import { codeOf, MemoryKeyStore, random } from "./fakes";

const NOW = new Date("2026-06-15T12:00:00Z");
const suite = SUITES["xchacha20-poly1305"];
const KEY = Buffer.alloc(32, 9);

interface KeysetFile {
  version: number;
  primary: string;
  keys: { id: string; secret: string }[];
}

describe("a local keyset", () => {
  const directory = mkdtempSync(join(tmpdir(), "fieldward-keyset-"));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });
  let count = 0;
  const fresh = (): string => {
    count += 1;
    return join(directory, `deeper-${String(count)}`, "keyset.json");
  };

  function created(): string {
    const path = fresh();
    createKeyset(path, random, NOW);
    return path;
  }

  /** A keyset whose file holds this instead. */
  function holding(content: string): string {
    const path = created();
    writeFileSync(path, content);
    return path;
  }

  function parsed(path: string): KeysetFile {
    return JSON.parse(readFileSync(path, "utf8")) as KeysetFile;
  }

  const open = (path: string) => openLocalKeyset(path, suite, random);

  function refusal(path: string): string {
    try {
      open(path);
    } catch (error) {
      expect(error).toBeInstanceOf(StartupError);
      return error instanceof Error ? error.message : "";
    }
    return "it opened";
  }

  it("is made readable by its owner only, in a directory that only the owner enters", () => {
    const path = created();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
    expect(parsed(path).keys).toHaveLength(1);
  });

  it("is never overwritten", () => {
    const path = created();
    const before = readFileSync(path, "utf8");
    expect(() => {
      createKeyset(path, random, NOW);
    }).toThrow(/EEXIST/);
    expect(readFileSync(path, "utf8")).toBe(before);
  });

  it("wraps under its primary key and unwraps for the same use only", async () => {
    const provider = open(created());
    const wrapped = await provider.wrap("subject/a/k", KEY);
    expect(await provider.unwrap("subject/a/k", wrapped)).toEqual(KEY);
    await expect(provider.unwrap("subject/b/k", wrapped)).rejects.toThrow();
    await expect(provider.health()).resolves.toBeUndefined();
  });

  it("still unwraps what a key that is no longer primary had wrapped", async () => {
    const path = created();
    const before = await open(path).wrap("root/x/1", KEY);
    const keyset = parsed(path);
    const added = { id: "kek_new", createdAt: NOW.toISOString(), secret: random(32).toString("base64") };
    writeFileSync(path, JSON.stringify({ ...keyset, primary: added.id, keys: [...keyset.keys, added] }));
    const provider = open(path);
    expect(await provider.unwrap("root/x/1", before)).toEqual(KEY);
    expect((await provider.wrap("root/x/1", KEY)).kekId).toBe("kek_new");
  });

  it("says VAULT_UNAVAILABLE for a key that it does not hold", async () => {
    const wrapped = await open(created()).wrap("root/x/1", KEY);
    expect(await codeOf(open(created()).unwrap("root/x/1", wrapped))).toBe("VAULT_UNAVAILABLE");
  });

  it.each([0o640, 0o604, 0o644, 0o660, 0o666, 0o610])("is refused with mode %o, with the mend", (mode) => {
    const path = created();
    chmodSync(path, mode);
    expect(refusal(path)).toBe(
      `The keyset ${path} can be read by others (mode ${mode.toString(8)}). Run: chmod 600 ${path}`,
    );
  });

  it("is refused where it is missing: the text names the file, init and the backup", () => {
    const path = fresh();
    const text = refusal(path);
    expect(text).toContain(path);
    expect(text).toContain("fieldward init");
    expect(text).toContain("backup");
  });

  it.each([
    ["empty", ""],
    ["no JSON", '{"version":1,'],
    ["no object", "[]"],
    ["null", "null"],
    ["of another version", '{"version":2,"primary":"a","keys":[]}'],
    ["without a primary", '{"version":1,"keys":[]}'],
    ["without keys", '{"version":1,"primary":"a"}'],
    ["with keys that are none", '{"version":1,"primary":"a","keys":[null]}'],
    ["with a key without a secret", '{"version":1,"primary":"a","keys":[{"id":"a"}]}'],
  ])("is refused where it is %s: the text names the file and the backup", (_what, content) => {
    const path = holding(content);
    const text = refusal(path);
    expect(text).toContain(path);
    expect(text).toContain("backup");
  });

  it.each([
    ["is not in it", { id: "kek_other", secret: KEY.toString("base64") }],
    ["is too short", { id: "kek_1", secret: KEY.toString("base64", 0, 16) }],
    ["is too long", { id: "kek_1", secret: Buffer.alloc(33, 9).toString("base64") }],
  ])("is refused where its primary key %s, and no secret is repeated", (_what, key) => {
    const path = holding(JSON.stringify({ version: 1, primary: "kek_1", keys: [key] }));
    const text = refusal(path);
    expect(text).toContain(path);
    expect(text).toContain("primary");
    expect(text).not.toContain(key.secret);
  });
});

describe("the root keys", () => {
  const directory = mkdtempSync(join(tmpdir(), "fieldward-roots-"));
  const path = join(directory, "keyset.json");
  createKeyset(path, random, NOW);
  const provider = openLocalKeyset(path, suite, random);
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it("are one for each use, different, and the same at each start", async () => {
    const store = new MemoryKeyStore();
    await createRootKeys(store, provider, random);
    const keys = await openRootKeys(store, provider);
    expect(Object.keys(keys)).toEqual([...ROOT_KEY_PURPOSES]);
    expect(new Set(Object.values(keys).map((key) => key.toString("hex"))).size).toBe(
      ROOT_KEY_PURPOSES.length,
    );
    await createRootKeys(store, provider, random);
    expect(store.roots).toHaveLength(ROOT_KEY_PURPOSES.length);
    expect(await openRootKeys(store, provider)).toEqual(keys);
  });

  it("stop the start where one is missing: a new one would leave every index unfindable", async () => {
    const store = new MemoryKeyStore();
    await createRootKeys(store, provider, random);
    store.roots.splice(0, 1);
    await expect(openRootKeys(store, provider)).rejects.toThrow(StartupError);
    await expect(openRootKeys(store, provider)).rejects.toThrow(/"blind-index".*fieldward init.*restore/);
  });

  it("do not stand in for one another", async () => {
    const store = new MemoryKeyStore();
    await createRootKeys(store, provider, random);
    const [first, second] = store.roots;
    if (first === undefined || second === undefined) throw new Error("there are several");
    store.roots[1] = { ...second, wrapped: first.wrapped };
    await expect(openRootKeys(store, provider)).rejects.toThrow();
  });
});
