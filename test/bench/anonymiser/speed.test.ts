import { measureGrowth, growthBar } from "../../../bench/anonymiser/linearity";
import { measureSpeed } from "../../../bench/anonymiser/speed";
import { isKept } from "../../../bench/vault-bars";

/** A clock that only the detector moves on. */
function stillClock() {
  let time = 0;
  return {
    now: () => time,
    spend: (ms: number): void => {
      time += ms;
    },
  };
}

describe("the speed of a detector", () => {
  it("is what one core reads in a second, and how long a message takes", async () => {
    const { now, spend } = stillClock();
    const texts = [...Array.from({ length: 98 }, () => "short"), "a longer one", "the very longest one"];
    const speed = await measureSpeed(
      texts,
      (text) => {
        spend(text.length / 100);
      },
      {
        warmUpMs: 1,
        measureMs: 1_000,
        now,
      },
    );
    expect(speed.messages).toBe(100);
    expect(speed.perSecond).toBeCloseTo(100 / ((98 * 0.05 + 0.12 + 0.2) / 1_000), 3);
    expect(speed.p50Us).toBeCloseTo(50, 3);
    expect(speed.p99Us).toBeCloseTo(200, 3);
    expect(speed.p999Us).toBeCloseTo(200, 3);
  });

  it("is not measured of nothing", async () => {
    await expect(measureSpeed([], () => undefined)).rejects.toThrow(RangeError);
  });
});

describe("the growth of the time per character", () => {
  const shape = { name: "letters", build: (length: number) => "a".repeat(length) };

  it("is 1 where the time is in proportion to the length", () => {
    const { now, spend } = stillClock();
    const growth = measureGrowth(
      shape,
      (text) => {
        spend(text.length / 1_000);
      },
      now,
    );
    expect(growth.ratio).toBeCloseTo(1, 6);
    expect(growth.nsPerCharacter[200]).toBeCloseTo(1_000, 3);
    expect(isKept(growthBar([growth]))).toBe(true);
  });

  it("is 4 where it is in proportion to the square, which breaks the bar", () => {
    const { now, spend } = stillClock();
    const growth = measureGrowth(
      shape,
      (text) => {
        spend(text.length ** 2 / 1e6);
      },
      now,
    );
    expect(growth.ratio).toBeCloseTo(4, 6);
    expect(isKept(growthBar([growth]))).toBe(false);
  });
});
