import fc from "fast-check";
import { rangeOf } from "../../src/cli/export-range";
import { periodOf, type DateUnit } from "../../src/lifecycle/anonymised-export-dates";

const UNITS = ["day", "week", "month"] as const satisfies readonly DateUnit[];
const moment = fc.integer({ min: Date.parse("2000-01-01"), max: Date.parse("2100-01-01") });
const NOW = Date.parse("2026-11-27T12:00:00Z");
const endOf = (lastMs: number | null, unit: DateUnit): string =>
  new Date(rangeOf({ firstMs: null, lastMs }, unit, NOW).beforeMs).toISOString();

describe("the time that is exported", () => {
  it.each([
    ["day", "2026-11-27"],
    ["week", "2026-11-23"],
    ["month", "2026-11-01"],
  ] as const)("ends where the running %s begins, without a last day or with one in it", (unit, day) => {
    for (const lastMs of [null, NOW, Date.parse("2027-05-01")])
      expect(endOf(lastMs, unit)).toBe(`${day}T00:00:00.000Z`);
  });

  it("is of whole periods, none of which is still running", () => {
    const isClosed = (firstMs: number, lastMs: number, nowMs: number, unit: DateUnit): void => {
      const { fromMs, beforeMs } = rangeOf({ firstMs, lastMs }, unit, nowMs);
      expect(periodOf(fromMs, unit).startMs).toBe(fromMs);
      expect(periodOf(beforeMs - 1, unit).endMs).toBe(beforeMs);
      expect(beforeMs).toBeLessThanOrEqual(nowMs);
    };
    fc.assert(fc.property(moment, moment, moment, fc.constantFrom(...UNITS), isClosed));
  });

  it("is the same at every moment of a running period, so that no two exports in it differ by their end", () => {
    const isSame = (oneMs: number, unit: DateUnit): void => {
      const { startMs, endMs } = periodOf(oneMs, unit);
      const open = { firstMs: null, lastMs: null };
      expect(rangeOf(open, unit, startMs)).toEqual(rangeOf(open, unit, endMs - 1));
    };
    fc.assert(fc.property(moment, fc.constantFrom(...UNITS), isSame));
  });
});
