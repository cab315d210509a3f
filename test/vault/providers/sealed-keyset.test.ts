import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as passphrases from "../../../src/crypto/passphrase";
import { SUITES } from "../../../src/crypto/suites";
import { StartupError } from "../../../src/domain/errors";
import { createKeyset, openLocalKeyset } from "../../../src/vault/providers/local-keyset";
import { NOW_MS, random, refusalOf } from "./opened-providers";

// A copy that can be spied on, and that remembers: half a second for each key adds up.
jest.mock("../../../src/crypto/passphrase", () => {
  const actual = jest.requireActual<typeof passphrases>("../../../src/crypto/passphrase");
  const known = new Map<string, Promise<Buffer>>();
  const passphraseKey: typeof passphrases.passphraseKey = (passphrase, parameters) => {
    const asked = JSON.stringify([passphrase, parameters]);
    const key = known.get(asked) ?? actual.passphraseKey(passphrase, parameters);
    known.set(asked, key);
    return key;
  };
  return { __esModule: true, ...actual, passphraseKey };
});

const KEY = Buffer.alloc(32, 9);
const PASSPHRASE = "five herons at the weir";
const OPTIONS = { suite: SUITES["xchacha20-poly1305"], random, clock: () => NOW_MS };
const SEALED = { ...OPTIONS, passphrase: PASSPHRASE };

interface SealedFile {
  readonly version: number;
  readonly kdf: Readonly<Record<string, unknown>>;
  readonly sealed: string;
}

describe("a sealed keyset", () => {
  const directory = mkdtempSync(join(tmpdir(), "fieldward-sealed-"));
  const shared = join(directory, "shared.json");
  let count = 0;
  beforeAll(() => createKeyset(shared, SEALED));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  const parsed = (path: string) => JSON.parse(readFileSync(path, "utf8")) as SealedFile;

  /** A copy of the shared one, changed. */
  function copy(changed: (file: SealedFile) => object = (file) => file): string {
    count += 1;
    const path = join(directory, `${String(count)}.json`);
    writeFileSync(path, JSON.stringify(changed(parsed(shared))), { mode: 0o600 });
    return path;
  }

  const refusal = async (path: string, options: object = {}): Promise<string> => {
    const failure: unknown = await openLocalKeyset(path, { ...SEALED, ...options }).then(
      () => "it opened",
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(StartupError);
    return failure instanceof Error ? failure.message : "";
  };

  it("shows how it is sealed, and nothing of what is", () => {
    const { version, kdf, sealed } = parsed(shared);
    expect(version).toBe(2);
    expect(kdf).toEqual({
      name: "scrypt",
      N: 131_072,
      r: 8,
      p: 1,
      salt: expect.stringMatching(/^[\w+/]{22}==$/),
    });
    expect(Buffer.from(sealed, "base64").includes("kek_")).toBe(false);
  });

  it("opens by its passphrase, and wraps", async () => {
    const provider = await openLocalKeyset(shared, SEALED);
    const wrapped = await provider.wrap("kek/x", KEY);
    expect(await (await openLocalKeyset(shared, SEALED)).unwrap("kek/x", wrapped)).toEqual(KEY);
  });

  it("does not open by another passphrase; the text says so and repeats neither", async () => {
    const text = await refusal(shared, { passphrase: "six herons at the weir" });
    expect(text).toBe(
      `The keyset ${shared} does not open: FIELDWARD_LOCAL_KEY_PASSPHRASE is wrong, or the file was changed.`,
    );
  });

  it("does not open without a passphrase; the text names the setting", async () => {
    expect(await refusal(shared, { passphrase: undefined })).toBe(
      `The keyset ${shared} is sealed. Set FIELDWARD_LOCAL_KEY_PASSPHRASE.`,
    );
  });

  it.each([
    ["more memory than a machine has", { N: 2 ** 30 }],
    ["a little too much memory", { N: 2 ** 21 }],
    ["less memory than is safe", { N: 2 ** 16 }],
    ["a cost that is no power of two", { N: 2 ** 17 + 1 }],
    ["a negative cost", { N: -131_072 }],
    ["a larger block", { r: 9 }],
    ["a smaller block", { r: 1 }],
    ["too many lanes", { p: 5 }],
    ["no lane", { p: 0 }],
    ["a short salt", { salt: "AAAA" }],
    ["a salt without end", { salt: "A".repeat(400) }],
  ])("is refused before it is opened where it asks for %s", async (_what, changed) => {
    const derived = jest.spyOn(passphrases, "passphraseKey");
    const path = copy((file) => ({ ...file, kdf: { ...file.kdf, ...changed } }));
    expect(await refusal(path)).toBe(
      `The keyset ${path} asks for scrypt parameters that are too weak or too large. Put its backup in place.`,
    );
    expect(derived).not.toHaveBeenCalled();
  });

  it.each([
    ["parameters", (file: SealedFile) => ({ ...file, kdf: { ...file.kdf, p: 2 } })],
    ["salt", (file: SealedFile) => ({ ...file, kdf: { ...file.kdf, salt: "A".repeat(22) + "==" } })],
    ["sealed part", (file: SealedFile) => ({ ...file, sealed: file.sealed.replace(/.{8}$/, "AAAAAAA=") })],
    ["end", (file: SealedFile) => ({ ...file, sealed: "8QI=" })],
  ])("does not open where its %s was changed", async (_what, changed) => {
    expect(await refusal(copy(changed))).toMatch(/does not open/);
  });

  it("does not open where its parameters are written differently, though they give the same key", async () => {
    // The salt in base64 with a spare bit set decodes to the same bytes.
    const path = copy((file) => {
      const salt = String(file.kdf["salt"]);
      const last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".indexOf(
        salt.charAt(21),
      );
      const other = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".charAt(last + 1);
      return { ...file, kdf: { ...file.kdf, salt: `${salt.slice(0, 21)}${other}==` } };
    });
    expect(await refusal(path)).toMatch(/does not open/);
  });

  it("runs scrypt once at open, once for each rewrite, and not to look again", async () => {
    const derived = jest.spyOn(passphrases, "passphraseKey");
    const path = copy();
    const provider = await openLocalKeyset(path, SEALED);
    expect(derived).toHaveBeenCalledTimes(1);
    await provider.rotate?.();
    expect(derived).toHaveBeenCalledTimes(2);
    await provider.wrap("kek/x", KEY);
    await provider.health();
    expect(derived).toHaveBeenCalledTimes(2);
  });

  it("has another salt after each rewrite, and gives another process what was added", async () => {
    const path = copy();
    const [one, other] = [await openLocalKeyset(path, SEALED), await openLocalKeyset(path, SEALED)];
    const before = parsed(path);
    await other.rotate?.();
    const after = parsed(path);
    expect(after.kdf).toEqual({ ...before.kdf, salt: expect.any(String) });
    expect(after.kdf["salt"]).not.toBe(before.kdf["salt"]);
    const wrapped = await other.wrap("kek/x", KEY);
    expect(await one.unwrap("kek/x", wrapped)).toEqual(KEY);
  });

  it("is refused to a running process that has another passphrase since", async () => {
    const path = copy();
    const provider = await openLocalKeyset(path, SEALED);
    await createKeyset(join(directory, "other.json"), { ...OPTIONS, passphrase: "another" });
    writeFileSync(path, readFileSync(join(directory, "other.json")));
    expect(await refusalOf(provider.wrap("kek/x", KEY))).toMatch(
      /^VAULT_UNAVAILABLE local: wrap: .*does not open/,
    );
  });
});

describe("a keyset that is not sealed though there is a passphrase", () => {
  const directory = mkdtempSync(join(tmpdir(), "fieldward-plain-"));
  const path = join(directory, "keyset.json");
  beforeAll(() => createKeyset(path, OPTIONS));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it("is refused; the text says what seals it", async () => {
    await expect(openLocalKeyset(path, SEALED)).rejects.toThrow(
      new StartupError(
        `The keyset ${path} is not sealed, though FIELDWARD_LOCAL_KEY_PASSPHRASE is set. Run: fieldward keys rotate`,
      ),
    );
  });

  it("is taken to be sealed by the next rewrite, and keeps its keys", async () => {
    const wrapped = await (await openLocalKeyset(path, OPTIONS)).wrap("kek/x", KEY);
    const secret = /"secret": "(.*)"/.exec(readFileSync(path, "utf8"))?.[1] ?? "";
    const sealing = await openLocalKeyset(path, { ...SEALED, sealPlain: true });
    expect(readFileSync(path, "utf8")).toContain(secret);
    await sealing.rotate?.();
    expect(readFileSync(path, "utf8")).not.toContain(secret);
    expect(await (await openLocalKeyset(path, SEALED)).unwrap("kek/x", wrapped)).toEqual(KEY);
  });
});
