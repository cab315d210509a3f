import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { StartupError } from "../../../src/domain/errors";
import { createKeyset } from "../../../src/vault/providers/local-keyset";
import { KeysetFiles, open, OPTIONS, parsed } from "./keyset-files";

const KEY = Buffer.alloc(32, 9);
const NEW_KEY = { createdAt: "2026-06-15T12:00:00.000Z", secret: KEY.toString("base64") };

describe("a local keyset", () => {
  const files = new KeysetFiles();
  afterAll(() => {
    files.remove();
  });

  async function refusal(path: string): Promise<string> {
    const failure: unknown = await open(path).then(
      () => "it opened",
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(StartupError);
    return failure instanceof Error ? failure.message : "";
  }

  it("is made readable by its owner only, in a directory that only the owner enters", async () => {
    const path = await files.created();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(readdirSync(dirname(path))).toEqual(["keyset.json"]);
    const { version, primary, keys } = parsed(path);
    expect({ version, primary, keys: keys.length }).toEqual({ version: 1, primary: keys[0]?.id, keys: 1 });
    expect(keys[0]).toEqual({
      id: expect.stringMatching(/^kek_[0-9a-f]{16}$/),
      createdAt: "2026-06-15T12:00:00.000Z",
      secret: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
    });
  });

  it("is never overwritten", async () => {
    const path = await files.created();
    const before = readFileSync(path, "utf8");
    await expect(createKeyset(path, OPTIONS)).rejects.toThrow(
      new StartupError(`There is a keyset at ${path} already.`),
    );
    expect(readFileSync(path, "utf8")).toBe(before);
    expect(readdirSync(dirname(path))).toEqual(["keyset.json"]);
  });

  it.each([0o640, 0o604, 0o644, 0o660, 0o666, 0o610])(
    "is refused with mode %o, with the mend",
    async (mode) => {
      const path = await files.created();
      chmodSync(path, mode);
      expect(await refusal(path)).toBe(
        `The keyset ${path} can be read by others (mode ${mode.toString(8)}). Run: chmod 600 ${path}`,
      );
    },
  );

  it("is refused where it is missing: the text names the file, init and the backup", async () => {
    const path = files.fresh();
    const text = await refusal(path);
    expect(text).toContain(path);
    expect(text).toContain("fieldward init");
    expect(text).toContain("backup");
  });

  it("is refused where it is a directory", async () => {
    const path = await files.created();
    expect(await refusal(dirname(path))).toMatch(/is not a file/);
  });

  it.each([
    ["empty", ""],
    ["no JSON", '{"version":1,'],
    ["no object", "[]"],
    ["null", "null"],
    ["of another version", '{"version":3,"primary":"a","keys":[]}'],
    ["without a primary", '{"version":1,"keys":[]}'],
    ["without keys", '{"version":1,"primary":"a"}'],
    ["with keys that are none", '{"version":1,"primary":"a","keys":[null]}'],
    ["with a key without a secret", '{"version":1,"primary":"a","keys":[{"id":"a","createdAt":""}]}'],
    ["sealed by something unknown", '{"version":2,"kdf":{"name":"rot13"},"sealed":""}'],
  ])("is refused where it is %s: the text names the file and the backup", async (_what, content) => {
    const path = await files.created();
    writeFileSync(path, content);
    const text = await refusal(path);
    expect(text).toContain(path);
    expect(text).toContain("backup");
  });

  it.each([
    ["is not in it", [{ ...NEW_KEY, id: "kek_other" }]],
    [
      "is in it twice",
      [
        { ...NEW_KEY, id: "kek_1" },
        { ...NEW_KEY, id: "kek_1" },
      ],
    ],
    ["is too short", [{ ...NEW_KEY, id: "kek_1", secret: KEY.toString("base64", 0, 16) }]],
    ["is too long", [{ ...NEW_KEY, id: "kek_1", secret: Buffer.alloc(33, 9).toString("base64") }]],
  ])("is refused where its primary key %s, and no secret is repeated", async (_what, keys) => {
    const path = await files.created();
    writeFileSync(path, JSON.stringify({ version: 1, primary: "kek_1", keys }));
    const text = await refusal(path);
    expect(text).toContain(path);
    expect(text).toContain("backup");
    for (const { secret } of keys) expect(text).not.toContain(secret);
  });

  it("is refused where it is larger than a keyset can be", async () => {
    const path = await files.created();
    writeFileSync(path, " ".repeat(2_000_000));
    expect(await refusal(path)).toMatch(/larger than a keyset can be/);
  });
});
