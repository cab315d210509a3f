// The catalogue, by which a field's category is known.
import "../../src/domain/entities";
import { elevatedReads } from "../../src/access/elevated-reads";
import { encodeEntry, type AccessRead } from "../../src/audit/access-entry";
import { Level, type Category } from "../../src/domain/category";
import { NOW } from "../policy/principals";

const MINUTE_MS = 60_000;
const ASKER = "asker";
const CUSTOMER = "customer";

/** Minutes after the beginning of the test's day. */
const at = (minutes: number): Date => new Date(NOW.getTime() + minutes * MINUTE_MS);

function elevation(id: string, category: Category, from: number, to: number, given: object = {}) {
  const who = { principalId: ASKER, customerId: CUSTOMER, ...given };
  return { id, category, approvedAt: at(from), expiresAt: at(to), ...who };
}

function read(type: string, elevations: readonly string[], fields: Record<string, Level>): AccessRead {
  return {
    type,
    elevations,
    fields: new Map(Object.entries(fields)),
    subjects: new Map([
      ["another", 1],
      [CUSTOMER, 3],
    ]),
  };
}

/** A log of which it is known how often it was looked at, and how many entries came of it. */
class Log {
  readonly #entries: { readonly actorId: string; readonly atMs: number; readonly bytes: Buffer }[] = [];
  looks = 0;
  found = 0;

  add(actorId: string, time: Date, reads: readonly AccessRead[]): this {
    const bytes = encodeEntry(
      {
        ...{ kind: "READ", requestId: "", principal: null, purpose: null, ip: null },
        ...{ operationName: null, operationHash: null, reads, denials: [] },
      },
      time,
    );
    for (const part of bytes) this.#entries.push({ actorId, atMs: time.getTime(), bytes: part });
    return this;
  }

  async *entriesBy(actor: string, fromMs: number, toMs: number): AsyncIterable<Uint8Array> {
    this.looks += 1;
    for (const { actorId, atMs, bytes } of this.#entries) {
      if (actorId !== actor || atMs < fromMs || atMs > toMs) continue;
      this.found += 1;
      yield await Promise.resolve(bytes);
    }
  }
}

const PHONE = { phone: Level.CLEAR };

describe("what was read under elevations", () => {
  it("is found beside their beginning and end, where another clock is a minute behind or ahead", async () => {
    const log = new Log();
    for (const minutes of [-1.01, -1, 0, 5, 10, 11, 11.01])
      log.add(ASKER, at(minutes), [read("Customer", ["e1"], PHONE)]);
    const reads = (await elevatedReads(log, [elevation("e1", "contact", 0, 10)])).get("e1");
    expect(reads?.map((one) => one.at)).toEqual([-1, 0, 5, 10, 11].map(at));
  });

  it("is what is of their category and was served, with the number of records", async () => {
    const log = new Log().add(ASKER, at(1), [
      read("Customer", ["contact", "content", "traffic"], {
        ...{ id: Level.CLEAR, name: Level.CLEAR, phone: Level.CLEAR, email: Level.HIDDEN },
        ...{ messages: Level.CLEAR, aFieldOfLastYear: Level.CLEAR },
      }),
      read("Message", ["contact", "content", "traffic"], {
        ...{ id: Level.CLEAR, status: Level.CLEAR, body: Level.MASKED },
      }),
    ]);
    const elevations = (["contact", "content", "traffic"] as const).map((category) =>
      elevation(category, category, 0, 10),
    );
    const found = await elevatedReads(log, elevations);
    const told = [...found].map(([id, reads]) => [
      id,
      reads.map(({ records, fields }) => [
        records,
        ...fields.map(({ field, level }) => `${field} ${String(level)}`),
      ]),
    ]);
    const unknown = `Customer.aFieldOfLastYear ${String(Level.CLEAR)}`;
    expect(Object.fromEntries(told)).toEqual({
      contact: [[3, `Customer.phone ${String(Level.CLEAR)}`, unknown]],
      content: [
        [3, unknown],
        [3, `Message.body ${String(Level.MASKED)}`],
      ],
      traffic: [
        [3, `Customer.messages ${String(Level.CLEAR)}`, unknown],
        [3, `Message.status ${String(Level.CLEAR)}`],
      ],
    });
  });

  it("is of that customer, and not of whom else the same person read", async () => {
    const log = new Log().add(ASKER, at(1), [read("Customer", ["e1"], PHONE), read("Customer", [], PHONE)]);
    const other = elevation("e1", "contact", 0, 10, { customerId: "somebody else" });
    expect(await elevatedReads(log, [other])).toEqual(new Map([["e1", []]]));
    const own = elevation("e1", "contact", 0, 10);
    expect((await elevatedReads(log, [own])).get("e1")).toHaveLength(1);
  });

  it("is nothing of one that was never approved", async () => {
    const log = new Log();
    const asked = { ...elevation("e1", "contact", 0, 10), approvedAt: null, expiresAt: null };
    expect(await elevatedReads(log, [asked])).toEqual(new Map([["e1", []]]));
    expect(log.looks).toBe(0);
  });

  it("is read off the log once for all that one person has at a time, and not between", async () => {
    const log = new Log();
    const together = Array.from({ length: 60 }, (_, i) => elevation(`e${String(i)}`, "contact", i, i + 10));
    const later = elevation("later", "contact", 1_000, 1_010);
    const others = elevation("other", "contact", 0, 10, { principalId: "another asker" });
    for (let i = 0; i < 60; i += 1) log.add(ASKER, at(i), [read("Customer", [`e${String(i)}`], PHONE)]);
    for (let i = 100; i < 200; i += 1) log.add(ASKER, at(i), [read("Customer", [], PHONE)]);
    log.add(ASKER, at(1_001), [read("Customer", ["later"], PHONE)]);
    log.add("another asker", at(1), [read("Customer", ["other"], PHONE)]);
    const found = await elevatedReads(log, [later, others, ...together.toReversed()]);
    expect([...found.values()].map(({ length }) => length)).toEqual(new Array(62).fill(1));
    expect([log.looks, log.found]).toEqual([3, 62]);
  });
});
