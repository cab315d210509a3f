import {
  chownSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import * as fs from "node:fs/promises";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import type { KeyProvider, ProviderWrapped } from "../../../src/vault/key-provider";
import { KeysetFiles, open, parsed } from "./keyset-files";
import { refusalOf } from "./opened-providers";

// A copy whose functions can be spied on.
jest.mock("node:fs/promises", () => ({
  __esModule: true,
  ...jest.requireActual<typeof fs>("node:fs/promises"),
}));

const KEY = Buffer.alloc(32, 9);
const files = new KeysetFiles();
afterAll(() => {
  files.remove();
});

describe("a local keyset that two processes have open", () => {
  it("gives one of them the key that the other one has made", async () => {
    const path = await files.created();
    const [one, other] = [await open(path), await open(path)];
    const made = await other.rotate?.();
    const wrapped = await other.wrap("kek/x", KEY);
    expect(wrapped.keyVersion).toBe(made?.keyVersion);
    expect(await one.unwrap("kek/x", wrapped)).toEqual(KEY);
  });

  it("wraps under no key that the other one has destroyed", async () => {
    const path = await files.created();
    const [one, other] = [await open(path), await open(path)];
    const made = await other.rotate?.();
    await other.destroyAllBut?.(new Set());
    const wrapped = await one.wrap("kek/x", KEY);
    expect(wrapped.keyVersion).toBe(made?.keyVersion);
    expect(await (await open(path)).unwrap("kek/x", wrapped)).toEqual(KEY);
  });

  it("keeps what both have made", async () => {
    const path = await files.created();
    const [one, other] = [await open(path), await open(path)];
    const first = parsed(path).primary;
    const made = [await one.rotate?.(), await other.rotate?.(), await one.rotate?.()];
    expect(parsed(path).keys.map(({ id }) => id)).toEqual([first, ...made.map((key) => key?.keyVersion)]);
    expect(parsed(path).primary).toBe(made.at(-1)?.keyVersion);
  });

  it("keeps what one of them destroys all but, where it has not seen it", async () => {
    const path = await files.created();
    const [one, other] = [await open(path), await open(path)];
    const first = parsed(path).primary;
    const unseen = await other.rotate?.();
    await other.rotate?.();
    expect(await one.destroyAllBut?.(new Set())).toEqual([first]);
    expect(parsed(path).keys.map(({ id }) => id)).toContain(unseen?.keyVersion);
  });

  it("loses no key that was not destroyed, whatever they do in turn", async () => {
    const step = fc.record({
      by: fc.constantFrom("one", "other"),
      what: fc.constantFrom("rotate", "destroy", "wrap"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const path = await files.created();
        const processes = { one: await open(path), other: await open(path) };
        const wrapped: ProviderWrapped[] = [];
        const destroyed = new Set<string>();
        const doing: Readonly<
          Record<"rotate" | "wrap" | "destroy", (provider: KeyProvider) => Promise<unknown>>
        > = {
          rotate: async (provider) => provider.rotate?.(),
          wrap: async (provider) => wrapped.push(await provider.wrap("kek/x", KEY)),
          destroy: async (provider) => {
            for (const version of (await provider.destroyAllBut?.(new Set())) ?? []) destroyed.add(version);
          },
        };
        for (const { by, what } of steps) await doing[what](processes[by]);
        const restarted = await open(path);
        for (const one of wrapped.filter(({ keyVersion }) => !destroyed.has(keyVersion))) {
          expect(await restarted.unwrap("kek/x", one)).toEqual(KEY);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe("the rewriting of a local keyset", () => {
  const steps = ["open", "chown", "sync", "rename"] as const;

  /** Has one step of the rewriting fail as a full disk makes it. */
  function failAt(step: (typeof steps)[number]): void {
    const failure = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    if (step === "rename") {
      jest.spyOn(fs, "rename").mockRejectedValueOnce(failure);
      return;
    }
    const reallyOpen = fs.open;
    jest.spyOn(fs, "open").mockImplementation(async (path, flags, mode) => {
      if (flags !== "wx") return reallyOpen(path, flags, mode);
      if (step === "open") throw failure;
      const file = await reallyOpen(path, flags, mode);
      jest.spyOn(file, step).mockRejectedValueOnce(failure);
      return file;
    });
  }

  it.each(steps)("leaves the old file and nothing else where %s fails", async (step) => {
    const path = await files.created();
    const provider = await open(path);
    const before = readFileSync(path, "utf8");
    failAt(step);
    expect(await refusalOf(provider.rotate?.() ?? Promise.resolve())).toMatch(
      /^VAULT_UNAVAILABLE local: rotate: .*ENOSPC/,
    );
    jest.restoreAllMocks();
    expect(readFileSync(path, "utf8")).toBe(before);
    expect(readdirSync(dirname(path))).toEqual(["keyset.json"]);
    const { keyVersion } = await provider.wrap("kek/x", KEY);
    expect(keyVersion).toBe(parsed(path).primary);
  });

  it("has the new content on the disk before it has the name, and then the name", async () => {
    const path = await files.created();
    const provider = await open(path);
    const done: string[] = [];
    const [reallyOpen, reallyRename] = [fs.open, fs.rename];
    jest.spyOn(fs, "open").mockImplementation(async (name, flags, mode) => {
      const file = await reallyOpen(name, flags, mode);
      const reallySync = file.sync.bind(file);
      jest.spyOn(file, "sync").mockImplementation(() => {
        done.push(`sync ${String(name)}`);
        return reallySync();
      });
      return file;
    });
    jest.spyOn(fs, "rename").mockImplementation((from, to) => {
      done.push(`rename ${String(from)}`);
      return reallyRename(from, to);
    });
    await provider.rotate?.();
    expect(done).toEqual([`sync ${path}.lock`, `rename ${path}.lock`, `sync ${dirname(path)}`]);
  });

  it("is refused while another process is at it, or stopped half-way", async () => {
    const path = await files.created();
    const provider = await open(path);
    const before = readFileSync(path, "utf8");
    writeFileSync(`${path}.lock`, "");
    const said = await refusalOf(provider.rotate?.() ?? Promise.resolve());
    expect(said).toContain(`local: rotate: ${path}.lock is there`);
    expect(readFileSync(path, "utf8")).toBe(before);
    expect(existsSync(`${path}.lock`)).toBe(true);
  });

  it("keeps mode and link", async () => {
    const path = await files.created();
    const link = join(dirname(path), "link.json");
    symlinkSync(path, link);
    await (await open(link)).rotate?.();
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(parsed(path).keys).toHaveLength(2);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("leaves the file to its owner, which only root can try", async () => {
    const path = await files.created();
    if (process.getuid?.() === 0) chownSync(path, 1234, 5678);
    const { uid, gid } = statSync(path);
    await (await open(path)).rotate?.();
    expect(statSync(path)).toMatchObject({ uid, gid });
  });
});

describe("a local keyset that has gone missing under a running process", () => {
  it("opens nothing any more: a tenant that takes its keyset away takes its data away", async () => {
    const path = await files.created();
    const provider = await open(path);
    const wrapped = await provider.wrap("kek/x", KEY);
    rmSync(path);
    expect(await refusalOf(provider.unwrap("kek/x", wrapped))).toContain(`There is no keyset at ${path}`);
    expect(await refusalOf(provider.wrap("kek/x", KEY))).toContain(`There is no keyset at ${path}`);
    expect(await refusalOf(provider.health())).toContain(`There is no keyset at ${path}`);
    expect(await refusalOf(provider.unwrap("kek/x", { ...wrapped, keyVersion: "kek_0" }))).toContain(
      `There is no keyset at ${path}`,
    );
  });

  it("is not searched for a key more than once", async () => {
    const path = await files.created();
    const provider = await open(path);
    const wrapped = await provider.wrap("kek/x", KEY);
    const opened = jest.spyOn(fs, "open");
    expect(await refusalOf(provider.unwrap("kek/x", { ...wrapped, keyVersion: "kek_0" }))).toBe(
      "VAULT_UNAVAILABLE local: unwrap: KEY_NOT_IN_KEYSET",
    );
    expect(opened).toHaveBeenCalledTimes(1);
  });
});
