import { serialiseTwin, type Twin } from "../../src/anonymise/twin";
import type { CommonFacts } from "../../src/lifecycle/anonymised-export-groups";
import { anonymisedRow, exportOperators, type NameInExport } from "../../src/lifecycle/anonymised-export-row";
import { RunPseudonyms } from "../../src/crypto/run-pseudonyms";
import { pooledRandom } from "../../src/crypto/random";
import { anonymiserFile } from "../../src/policy/anonymiser-file";

const TWIN: Twin = [
  "Tell ",
  { type: "PERSON", number: "417", pseudonym: "abcdefghijkl", mask: "A. N." },
  " and ",
  { type: "PERSON", number: "418", pseudonym: "bcdefghijklm", mask: "B. O." },
  ", no, ",
  { type: "PERSON", number: "417", pseudonym: "abcdefghijkl", mask: "A. N." },
  ": ",
  { type: "PHONE", number: "233", pseudonym: "cdefghijklmn", mask: "•••19" },
  " ",
  { type: "DOB", number: "512", pseudonym: "defghijklmno", mask: "1988-••-••", shift: "1988-06-01" },
  " ",
  { type: "GEO", number: "613", pseudonym: "efghijklmnop", coarse: "48.1,11.6" },
  " ",
  { type: "OTP" },
];

const named = (): NameInExport => {
  const pseudonyms = new RunPseudonyms(pooledRandom());
  return (kind, source) => pseudonyms.of(kind, source);
};

const facts: CommonFacts = {
  direction: "INBOUND",
  country: "GB",
  language: "en",
  date: "2026-W48",
  sender: "Lark",
};

function rowOf(
  bodyTwin: string | null,
  written: object,
  name = named(),
  customerId = "customer-1",
  given = facts,
) {
  const message = { id: "message-1", customerId };
  const operators = exportOperators(anonymiserFile.parse({ default: written }).default);
  return anonymisedRow({ ...message, bodyTwin }, given, operators, name);
}
const bodyOf = (written: object, name = named(), customerId?: string): string =>
  rowOf(serialiseTwin(TWIN), written, name, customerId)?.body ?? "";

describe("a row of an anonymised export", () => {
  it("has what the default operators show", () => {
    expect(bodyOf({})).toBe("Tell [PERSON] and [PERSON], no, [PERSON]: [PHONE] [DOB] [GEO] [OTP]");
  });

  it.each(["numbered", "pseudonym", "mask"])(
    "has numbers of its own where the operator is %s",
    (operator) => {
      const name = named();
      const body = bodyOf({ identity: operator }, name);
      const [first, second, third] = [...body.matchAll(/\[PERSON_(\d{3})\]/g)].map(([, number]) => number);
      expect(third).toBe(first);
      expect(second).toBeDefined();
      expect(bodyOf({ identity: operator }, name)).toBe(body);
      expect(body).not.toMatch(/abcdefghijkl|bcdefghijklm|A\. N\.|B\. O\./);
      // Of five exports, and of five customers of one, some would have the same number by chance, never all.
      const others = Array.from({ length: 5 }, () => bodyOf({ identity: operator }));
      expect(new Set([body, ...others]).size).toBeGreaterThan(1);
      const neighbours = Array.from({ length: 5 }, (_, i) => bodyOf({ identity: operator }, name, String(i)));
      expect(new Set([body, ...neighbours]).size).toBeGreaterThan(1);
    },
  );

  it("has no shifted date and no coarse place, which are the same in every export", () => {
    expect(bodyOf({ DOB: "shift", GEO: "coarse" })).toBe(bodyOf({}));
  });

  it("has no mask, whatever the type", () => {
    const groups = { identity: "mask", contact: "mask", account: "mask" };
    expect(bodyOf(groups)).toMatch(/^Tell (?:.*): \[PHONE_\d{3}\] \[DOB_\d{3}\] \[GEO_\d{3}\] \[OTP\]$/);
  });

  it.each([
    { direction: "OUTBOUND" },
    { country: null },
    { language: "fr" },
    { date: "2026-W49" },
    { sender: "Nest" },
  ])("shares no name of message, customer or number with the group that has %j", (other) => {
    const sources = (given: CommonFacts): readonly string[] => {
      const named: string[] = [];
      const note: NameInExport = (kind, source) => {
        named.push(`${kind}/${source}`);
        return "0a";
      };
      rowOf(serialiseTwin(TWIN), { identity: "numbered", contact: "numbered" }, note, "customer-1", given);
      return named;
    };
    const [one, another] = [sources(facts), sources({ ...facts, ...other })];
    expect(new Set(one.map((name) => name.split("/")[0]))).toEqual(
      new Set(["message", "customer", "number"]),
    );
    expect(another.filter((name) => one.includes(name))).toEqual([]);
  });

  it("is not made of a twin that is gone or cannot be read", () => {
    const strange = `[{"type":"PHONE","clear":"+447700900123"}]`;
    for (const twin of [null, strange, "{"]) expect(rowOf(twin, {})).toBeUndefined();
  });

  it("has ids of the export, and the open facts", () => {
    const [row, other] = [rowOf(serialiseTwin(["Hi"]), {}), rowOf(serialiseTwin(["Hi"]), {})];
    expect(row).toEqual({
      ...facts,
      message: expect.stringMatching(/^[0-9a-f]{32}$/),
      customer: expect.stringMatching(/^[0-9a-f]{32}$/),
      body: "Hi",
    });
    expect(other?.message).not.toBe(row?.message);
    expect(other?.customer).not.toBe(row?.customer);
  });
});
