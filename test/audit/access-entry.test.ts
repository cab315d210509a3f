import { v7 as uuidv7 } from "uuid";
import { encodeEntry } from "../../src/audit/access-entry";
import { readOf } from "./entries";

const AT = new Date("2026-06-15T12:00:00Z");
const ids = (count: number): string[] => Array.from({ length: count }, () => uuidv7());

interface Logged {
  readonly part?: readonly number[];
  readonly reads?: readonly { readonly subjects: readonly string[] }[];
}

const parsed = (bytes: Buffer): Logged => JSON.parse(bytes.toString()) as Logged;

describe("an entry of the access log", () => {
  it("is this JSON, in this order", () => {
    const [bytes, ...more] = encodeEntry(readOf(["customer-1", "customer-2"]), AT);
    expect(more).toEqual([]);
    expect(bytes?.toString()).toBe(
      '{"v":1,"kind":"READ","at":"2026-06-15T12:00:00.000Z","request":"request-1","actor":"staff-1","actorKind":"STAFF",' +
        '"purpose":"support","case":"T-1042","operation":"Customers",' +
        `"operationHash":"${"ab".repeat(32)}","ip":"127.0.0.1","reads":[{"type":"Customer",` +
        '"fields":{"phone":"MASKED","name":"CLEAR"},"subjects":["customer-1","customer-2"],"records":[1,2]}]}',
    );
  });

  it("names every customer of a large read, in parts of less than 64 KiB", () => {
    const subjects = ids(5_000);
    const entries = encodeEntry(readOf(subjects), AT);
    expect(entries.filter(({ length }) => length >= 65_535)).toEqual([]);
    const named = entries.flatMap((bytes) => parsed(bytes).reads?.flatMap((read) => read.subjects) ?? []);
    expect(named).toEqual(subjects);
    expect(entries.map((bytes) => parsed(bytes).part)).toEqual(
      entries.map((_bytes, i) => [i + 1, entries.length]),
    );
  });

  it.each([0, 1, 499, 500, 501, 2_000])("leaves none out and adds none at %i customers", (count) => {
    const subjects = ids(count);
    const entries = encodeEntry(readOf(subjects), AT);
    const named = entries.flatMap((bytes) => parsed(bytes).reads?.flatMap((read) => read.subjects) ?? []);
    expect(named).toEqual(subjects);
    expect(entries).toHaveLength(Math.max(1, Math.ceil(count / 500)));
  });
});
