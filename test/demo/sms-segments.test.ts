import { measureSms } from "../../src/demo/sms-segments";

describe("the size of an SMS", () => {
  it.each([
    ["an empty body", "", "GSM-7", 1],
    ["160 septets", "a".repeat(160), "GSM-7", 1],
    ["161 septets", "a".repeat(161), "GSM-7", 2],
    ["306 septets", "a".repeat(306), "GSM-7", 2],
    ["307 septets", "a".repeat(307), "GSM-7", 3],
    ["accents of the basic table", "é à ù ñ Ç ß £ ¿", "GSM-7", 1],
    ["80 characters of the extension table", "€".repeat(80), "GSM-7", 1],
    ["81 characters of the extension table", "€".repeat(81), "GSM-7", 2],
    ["an escape that may not be split", `${"a".repeat(152)}€${"a".repeat(152)}`, "GSM-7", 3],
    ["a letter that only UCS-2 has", "ç", "UCS-2", 1],
    ["70 UTF-16 units", "ł".repeat(70), "UCS-2", 1],
    ["71 UTF-16 units", "ł".repeat(71), "UCS-2", 2],
    ["134 UTF-16 units", "ł".repeat(134), "UCS-2", 2],
    ["135 UTF-16 units", "ł".repeat(135), "UCS-2", 3],
    ["35 emoji", "📦".repeat(35), "UCS-2", 1],
    ["67 emoji, of which 33 fit into a segment", "📦".repeat(67), "UCS-2", 3],
  ])("is counted as GSM 03.38 does for %s", (_case, body, encoding, segments) => {
    expect(measureSms(body)).toEqual({ encoding, segments });
  });
});
