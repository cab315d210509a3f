import fc from "fast-check";

import { messageDate } from "../../src/import/message-date";

describe("a message date", () => {
  it.each([
    ["2026-11-11T09:00:00Z", "2026-11-11T09:00:00.000Z"],
    ["2026-11-11T09:00:00.123456+01:00", "2026-11-11T08:00:00.123Z"],
    ["2026-11-11T09:00-0530", "2026-11-11T14:30:00.000Z"],
    ["2026-11-11t09:00:00+02", "2026-11-11T07:00:00.000Z"],
    ["2026-11-11 09:00:00", "2026-11-11T09:00:00.000Z"],
    ["2026-11-11 09:00:00 UTC", "2026-11-11T09:00:00.000Z"],
    ["2026-11-11", "2026-11-11T00:00:00.000Z"],
    ["2024-02-29", "2024-02-29T00:00:00.000Z"],
    ["Wed, 11 Nov 2026 09:00:00 +0000", "2026-11-11T09:00:00.000Z"],
    ["1 nov 2026 09:00 -0500", "2026-11-01T14:00:00.000Z"],
    ["Wed, 11 Nov 2026 09:00:00 GMT", "2026-11-11T09:00:00.000Z"],
    ["Wed, 11 Nov 2026 09:00:00", "2026-11-11T09:00:00.000Z"],
  ])("written %s is %s", (text, instant) => {
    expect(messageDate(text)?.toISOString()).toBe(instant);
  });

  it.each([
    "",
    "tomorrow",
    "1762851600",
    "11/11/2026 09:00",
    "2026-02-29",
    "2026-13-01",
    "2026-00-10",
    "0000-00-00 00:00:00",
    "2026-11-11T24:00:00Z",
    "2026-11-11T09:60:00Z",
    "2026-11-11T09:00:60Z",
    "2026-11-11T09:00:00+15:00",
    "2026-11-11T09:00:00+01:60",
    "2026-11-11T09:00:00 PST",
    "Wed, 31 Nov 2026 09:00:00 +0000",
    "Wed, 11 Nox 2026 09:00:00 +0000",
    "2026-11-11T09:00:00Z and more",
  ])("is not %j", (text) => {
    expect(messageDate(text)).toBeNull();
  });

  it("comes back from its ISO 8601 form, whatever the instant", () => {
    const instants = fc.date({
      min: new Date("0001-01-01"),
      max: new Date("9999-12-31"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (instant) => {
        expect(messageDate(instant.toISOString())).toEqual(instant);
      }),
    );
  });

  it("is found or refused at once in any text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(Number.isNaN(messageDate(text)?.getTime())).toBe(false);
      }),
    );
  });
});
