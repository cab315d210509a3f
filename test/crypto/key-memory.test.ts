import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import fc from "fast-check";
import { KeyMemory, type HeldKey } from "../../src/crypto/key-memory";

const ZEROS = new Uint8Array(32);

/** The same secret for the same number, in an array of its own. */
function secret(n: number): Uint8Array {
  return new Uint8Array(createHash("sha256").update(`secret ${n}`).digest());
}

/** The module as it is where sodium-native cannot load. */
function withoutSodium(): KeyMemory {
  let loaded: KeyMemory | undefined;
  jest.isolateModules(() => {
    jest.doMock("sodium-native", () => {
      throw new Error("no prebuilt binary for this platform");
    });
    const module = jest.requireActual<{ readonly KeyMemory: typeof KeyMemory }>(
      "../../src/crypto/key-memory",
    );
    loaded = new module.KeyMemory();
  });
  jest.dontMock("sodium-native");
  if (loaded === undefined) throw new Error("the module did not load");
  return loaded;
}

describe.each([
  ["sodium", () => new KeyMemory()],
  ["heap", withoutSodium],
] as const)("key memory of kind %s", (kind, make) => {
  let memory: KeyMemory;

  beforeEach(() => {
    memory = make();
  });

  afterEach(() => {
    memory.wipeAll();
  });

  it("is of the kind that the machine allows", () => {
    expect(memory.kind).toBe(kind);
  });

  it("copies a key in and zeroes what it was given", () => {
    const given = secret(1);
    const key = memory.hold(given);
    expect(key.bytes).toEqual(secret(1));
    expect(given).toEqual(ZEROS);
    expect(memory.held).toBe(1);
  });

  it.each([0, 16, 31, 33, 64])("refuses a key of %i bytes, and zeroes it nonetheless", (bytes) => {
    const given = new Uint8Array(bytes).fill(7);
    expect(() => memory.hold(given)).toThrow(RangeError);
    expect(given.every((byte) => byte === 0)).toBe(true);
    expect(memory.held).toBe(0);
  });

  it("zeroes a key where it lies when it is wiped, and refuses to hand it out again", () => {
    const key = memory.hold(secret(1));
    const view = key.bytes;
    key.wipe();
    expect(view).toEqual(ZEROS);
    expect(() => key.bytes).toThrow("the key has been wiped");
    expect(memory.held).toBe(0);
  });

  it("leaves the next key in a place alone when the one before is wiped twice", () => {
    const [first, ...rest] = Array.from({ length: 1_024 }, (_, n) => memory.hold(secret(n)));
    const place = first?.bytes.byteOffset;
    first?.wipe();
    const next = memory.hold(secret(5_000));
    expect(next.bytes.byteOffset).toBe(place);
    first?.wipe();
    expect(next.bytes).toEqual(secret(5_000));
    expect(memory.held).toBe(rest.length + 1);
  });

  it("uses a freed place last", () => {
    const first = memory.hold(secret(1));
    const place = first.bytes.byteOffset;
    first.wipe();
    const later = Array.from({ length: 1_023 }, (_, n) => memory.hold(secret(n)).bytes.byteOffset);
    expect(later).not.toContain(place);
  });

  it("keeps every key apart, whatever the order of holding and wiping", () => {
    const steps = fc.array(fc.oneof(fc.constant("hold"), fc.nat(40)), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (todo) => {
        const held: { key: HeldKey; n: number }[] = [];
        todo.forEach((step, n) => {
          if (typeof step === "string") held.push({ key: memory.hold(secret(n)), n });
          else for (const { key } of held.splice(step, 1)) key.wipe();
        });
        expect(memory.held).toBe(held.length);
        for (const { key, n } of held) expect(key.bytes).toEqual(secret(n));
        for (const { key } of held) key.wipe();
      }),
      { numRuns: 30 },
    );
  });

  it("holds 20,000 keys, and after that as many again", () => {
    for (let round = 0; round < 2; round += 1) {
      const keys = Array.from({ length: 20_000 }, (_, n) => memory.hold(secret(n)));
      expect(memory.held).toBe(20_000);
      expect(keys.findIndex(({ bytes }, n) => Buffer.compare(bytes, secret(n)) !== 0)).toBe(-1);
      for (const key of keys) key.wipe();
      expect(memory.held).toBe(0);
    }
  });

  it("zeroes all keys at once, and holds new ones after that", () => {
    const key = memory.hold(secret(1));
    const view = key.bytes;
    memory.wipeAll();
    // Zeros, or where the memory itself was freed, nothing.
    expect(Uint8Array.from(ZEROS, (_, i) => view[i] ?? 0)).toEqual(ZEROS);
    expect(() => key.bytes).toThrow("the key has been wiped");
    expect(memory.held).toBe(0);
    const next = memory.hold(secret(2));
    key.wipe();
    expect(next.bytes).toEqual(secret(2));
    expect(memory.held).toBe(1);
  });

  it("shows no key to whoever inspects or serialises it", () => {
    const key = memory.hold(secret(1));
    for (const shown of [memory, key]) {
      const texts = [inspect(shown, { depth: null, showHidden: true }), JSON.stringify(shown)];
      for (const form of forms(secret(1))) expect(texts.join("\n")).not.toContain(form);
    }
  });
});

/** A key as it would read in text. */
function forms(key: Uint8Array): string[] {
  const bytes = Buffer.from(key);
  const hex = bytes.toString("hex");
  return [
    hex,
    hex.toUpperCase(),
    bytes.toString("base64").replace("=", ""),
    bytes.toString("base64url"),
    bytes.toString("latin1"),
    bytes.join(","),
    bytes.join(", "),
    (hex.match(/../g) ?? []).join(" "),
  ];
}

/** Compiles what it requires by swc: with ts-node the compiler itself would be in the snapshot, and take half a minute. */
const LOADER = `
  const { transformFileSync } = require("@swc/core");
  require.extensions[".ts"] = (module, file) => module._compile(transformFileSync(file).code, file);
  require(process.argv[1]);
`;

interface Snapshot {
  readonly strings: readonly string[];
}

describe("a heap snapshot of a process that holds keys", () => {
  /*
   * Proves that nothing on the way of a key into key memory made a string of it or left one, hexadecimal, base64 or other.
   * Does not prove that the process has no other copy: V8 puts no bytes of buffers into a snapshot, whatever memory they
   * are in. What is left of a key in the whole process is in the decision record on where raw keys live.
   */
  it("has none of them in it, in no form, though it has what was carelessly kept", () => {
    const folder = mkdtempSync(join(tmpdir(), "fieldward-"));
    try {
      const secrets = Array.from({ length: 101 }, (_, n) => secret(n));
      const file = join(folder, "keys.heapsnapshot");
      const child = spawnSync(process.execPath, ["--eval", LOADER, require.resolve("./held-keys"), file], {
        input: Buffer.concat(secrets),
        encoding: "utf8",
      });
      expect(child.stdout).toBe('{"held":100,"careless":64}');
      const { strings } = JSON.parse(readFileSync(file, "utf8")) as Snapshot;
      const text = strings.join("\n");
      const found = secrets.filter((key) => forms(key).some((form) => text.includes(form)));
      expect(found.map((key) => secrets.indexOf(key))).toEqual([100]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
