import fc from "fast-check";
import { periodOf, type DateUnit } from "../../src/lifecycle/anonymised-export-dates";

const UNITS = ["day", "week", "month"] as const satisfies readonly DateUnit[];

/** Days with their ISO 8601 weeks, about the turn of years with 52 and 53 weeks. */
const WEEKS = [
  ["2026-11-27", "2026-W48"],
  ["2026-01-01", "2026-W01"],
  ["2026-12-31", "2026-W53"],
  ["2027-01-03", "2026-W53"],
  ["2027-01-04", "2027-W01"],
  ["2024-12-29", "2024-W52"],
  ["2024-12-30", "2025-W01"],
  ["2021-01-01", "2020-W53"],
  ["2000-01-02", "1999-W52"],
  ["1970-01-01", "1970-W01"],
  ["1969-12-28", "1969-W52"],
] as const;

const labelOf = (iso: string, unit: DateUnit): string => periodOf(Date.parse(iso), unit).label;

describe("the date of an exported message", () => {
  it.each(WEEKS)("of %s is %s in weeks", (day, week) => {
    expect(labelOf(`${day}T00:00:00Z`, "week")).toBe(week);
    expect(labelOf(`${day}T23:59:59.999Z`, "week")).toBe(week);
  });

  it("is the day or the month in UTC", () => {
    expect(labelOf("2026-11-30T23:30:00Z", "day")).toBe("2026-11-30");
    expect(labelOf("2026-11-30T23:30:00Z", "month")).toBe("2026-11");
    expect(labelOf("2026-12-01T00:30:00+01:00", "month")).toBe("2026-11");
  });

  it("is the same from the first moment of its period to the last, and another next to it", () => {
    const moment = fc.integer({ min: Date.parse("1950-01-01"), max: Date.parse("2100-01-01") });
    const isPeriod = (ms: number, unit: DateUnit): void => {
      const { label, startMs, endMs } = periodOf(ms, unit);
      expect(ms >= startMs && ms < endMs).toBe(true);
      expect(periodOf(startMs, unit)).toEqual({ label, startMs, endMs });
      expect(periodOf(endMs - 1, unit).label).toBe(label);
      expect(periodOf(endMs, unit)).toMatchObject({ startMs: endMs });
      expect(periodOf(endMs, unit).label).not.toBe(label);
    };
    fc.assert(fc.property(moment, fc.constantFrom(...UNITS), isPeriod));
  });
});
