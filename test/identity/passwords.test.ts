import { setImmediate } from "node:timers/promises";
import bcrypt from "bcrypt";
import type { PasswordHasher } from "../../src/identity/bcrypt-threads";
import { Passwords } from "../../src/identity/passwords";

const compare = jest.fn<Promise<boolean>, [string, string]>();

/** bcrypt as it is, in this thread, two at once. */
const hasher: PasswordHasher = { atOnce: 2, hash: (prepared, cost) => bcrypt.hash(prepared, cost), compare };

const PEPPER = Buffer.alloc(32, 3);
const STORED = `$2b$12$${"y".repeat(53)}`;

beforeEach(() => {
  compare.mockReset().mockImplementation((data, encrypted) => bcrypt.compare(data, encrypted));
});

describe("a password", () => {
  const passwords = new Passwords(PEPPER, hasher);

  it("counts past its 72nd byte", async () => {
    const long = "p".repeat(72);
    const stored = await passwords.hash(`${long}a`);
    expect(await passwords.check(`${long}a`, stored)).toBe(true);
    expect(await passwords.check(`${long}b`, stored)).toBe(false);
    expect(await passwords.check(long, stored)).toBe(false);
  });

  it("counts past a NUL", async () => {
    const stored = await passwords.hash("before\0after the NUL");
    expect(await passwords.check("before\0after the NUL", stored)).toBe(true);
    expect(await passwords.check("before\0something else", stored)).toBe(false);
  });

  it("is the same however its accents are typed", async () => {
    const stored = await passwords.hash("Žluťoučký kůň pěl".normalize("NFD"));
    expect(await passwords.check("Žluťoučký kůň pěl".normalize("NFC"), stored)).toBe(true);
    const longest = "é".repeat(256);
    expect(await passwords.check(longest.normalize("NFD"), await passwords.hash(longest))).toBe(true);
  });

  it("is stored as bcrypt of cost 12 that is of no use without the pepper", async () => {
    const stored = await passwords.hash("correct horse battery");
    expect(stored).toMatch(/^\$2b\$12\$/);
    expect(await bcrypt.compare("correct horse battery", stored)).toBe(false);
    expect(await new Passwords(Buffer.alloc(32, 4), hasher).check("correct horse battery", stored)).toBe(
      false,
    );
  });

  it("is nobody's where it holds half a character, which would be hashed like any other half", async () => {
    const stored = await passwords.hash("\ud800".repeat(12));
    expect(await passwords.check("\udbff".repeat(12), stored)).toBe(false);
    expect(await passwords.check("\ud800".repeat(12), stored)).toBe(false);
  });

  it.each([
    ["where there is no such user", undefined],
    ["of a user without a password", "none"],
  ])("is compared by bcrypt at its full cost %s as well", async (_, stored) => {
    expect(await passwords.check("whatever it may be", stored)).toBe(false);
    expect(compare).toHaveBeenCalledTimes(1);
    expect(compare.mock.calls[0]?.[1]).toMatch(/^\$2b\$12\$[./A-Za-z0-9]{53}$/);
  });
});

describe("passwords checked at once", () => {
  /** Lets checks run only as far as the test releases them, and calls in after each release. */
  function held(released: () => void = () => undefined) {
    const releases: (() => void)[] = [];
    let running = 0;
    let most = 0;
    compare.mockImplementation(async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => releases.push(resolve));
      running -= 1;
      released();
      return true;
    });
    return { releases, most: () => most };
  }

  it("are two at most, each in its turn, whenever another comes in", async () => {
    const order: number[] = [];
    const checks: Promise<unknown>[] = [];
    const passwords = new Passwords(PEPPER, hasher);
    const check = (n: number): void => {
      checks.push(passwords.check("x", STORED).then(() => order.push(n)));
    };
    // Newcomers at each of the next moments: one of them is that in which a place is handed on.
    let newcomers = 6;
    const comeIn = (): void => {
      if (newcomers === 12) return;
      check(newcomers);
      newcomers += 1;
      queueMicrotask(comeIn);
    };
    const { releases, most } = held(comeIn);
    for (let n = 0; n < 6; n += 1) check(n);
    for (let done = 0; done < 12; done += 1) {
      await setImmediate();
      releases.shift()?.();
    }
    await setImmediate();
    await Promise.all(checks);
    expect(most()).toBe(2);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it("are refused as RATE_LIMITED where a hundred wait already, and taken again later", async () => {
    const { releases } = held();
    const passwords = new Passwords(PEPPER, hasher);
    const waiting = Array.from({ length: 102 }, () => passwords.check("x", STORED));
    await setImmediate();
    await expect(passwords.check("x", STORED)).rejects.toMatchObject({ code: "RATE_LIMITED" });
    const drained = Promise.all(waiting);
    for (let n = 0; n < 102; n += 1) {
      releases.shift()?.();
      await setImmediate();
    }
    expect(await drained).toHaveLength(102);
    compare.mockResolvedValue(false);
    expect(await passwords.check("x", STORED)).toBe(false);
  });

  it("give their place back where one fails", async () => {
    compare.mockRejectedValue(new Error("bcrypt failed"));
    const passwords = new Passwords(PEPPER, hasher);
    for (let n = 0; n < 3; n += 1)
      await expect(passwords.check("x", STORED)).rejects.toThrow("bcrypt failed");
    compare.mockResolvedValue(true);
    expect(await passwords.check("x", STORED)).toBe(true);
  });
});
