import { availableParallelism } from "node:os";
import { readdirSync, readFileSync } from "node:fs";
import bcrypt from "bcrypt";
import { BcryptThreads } from "../../src/identity/bcrypt-threads";

const CHEAP = 4;

/** The nice values of this process's threads; field 19 of `stat`. @see proc_pid_stat(5) */
function niceValues(): number[] {
  return readdirSync("/proc/self/task").map((thread) => {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16]);
  });
}

describe("bcrypt in threads of its own", () => {
  let threads: BcryptThreads;

  beforeEach(() => {
    threads = new BcryptThreads();
  });
  afterEach(() => threads.close());

  it("hashes and compares as bcrypt does", async () => {
    const stored = await threads.hash("prepared", CHEAP);
    expect(await bcrypt.compare("prepared", stored)).toBe(true);
    expect(await threads.compare("prepared", await bcrypt.hash("prepared", CHEAP))).toBe(true);
    expect(await threads.compare("other", stored)).toBe(false);
  });

  it("leaves a core to the event loop", () => {
    expect(threads.atOnce).toBeGreaterThanOrEqual(1);
    expect(threads.atOnce).toBeLessThanOrEqual(Math.max(1, availableParallelism() - 1));
  });

  it("answers each of many at once with its own", async () => {
    const stored = await threads.hash("right", CHEAP);
    const tries = Array.from({ length: 20 }, (_, i) => (i % 3 === 0 ? "right" : "wrong"));
    const found = await Promise.all(tries.map((given) => threads.compare(given, stored)));
    expect(found).toEqual(tries.map((given) => given === "right"));
  });

  it("works at a lower priority than everything else, where threads have one", async () => {
    await threads.hash("prepared", CHEAP);
    const values = process.platform === "linux" ? niceValues() : [0, 1];
    expect(values).toContain(0);
    expect(Math.max(...values)).toBeGreaterThan(0);
  });

  it("goes on with another thread where one has failed", async () => {
    // bcrypt throws where there is no hash to compare with, and that ends the thread.
    const failed: unknown = Reflect.apply(threads.compare.bind(threads), threads, ["prepared", null]);
    await expect(failed).rejects.toThrow("arguments required");
    expect(await bcrypt.compare("prepared", await threads.hash("prepared", CHEAP))).toBe(true);
  });

  it("does not leave a job unanswered that was in hand when it was closed", async () => {
    const job = threads.hash("prepared", 14);
    const [settled] = await Promise.all([Promise.allSettled([job]), threads.close()]);
    expect(settled).toMatchObject([
      { status: "rejected", reason: { message: expect.stringContaining("has ended") as string } },
    ]);
  });
});
