import { FieldwardError } from "../../src/domain/errors";
import { newId } from "../../src/installation";
import { sqlShredLedger, sqlShredNotes } from "../../src/database/shred-ledger";
import { sqlShreddableData } from "../../src/database/shreddable-data";
import { Shredder, type ShredderParts } from "../../src/vault/shredding";
import { pastTheGateway } from "../graphql/past-the-gateway";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { peopleOf, type People, type Person } from "./rotation/people";

/** Of the catalogue, since a transaction makes one of it of whatever else it fails with. */
const CUT = { code: "AUDIT_UNAVAILABLE" } as const;

const cut = (): Promise<never> => Promise.reject(new FieldwardError(CUT.code));

/** Does the work and fails after it: it was done, and nobody was told. */
async function doneAndCut(work: Promise<unknown>): Promise<never> {
  await work;
  return cut();
}

/** The parts with one of them failing, by where it is cut off. */
const CUTS: Readonly<Record<string, (parts: ShredderParts) => Partial<ShredderParts>>> = {
  "once the order is noted": ({ notes }) => ({
    notes: { ...notes, add: (order) => doneAndCut(notes.add(order)) },
  }),
  "before the keys are destroyed": ({ ledger }) => ({ ledger: { ...ledger, destroy: cut } }),
  "once the keys are destroyed": ({ ledger }) => ({
    ledger: { ...ledger, destroy: (order) => doneAndCut(ledger.destroy(order)) },
  }),
  "before the values are nulled": ({ data }) => ({ data: { ...data, clear: cut } }),
  "before it is on the access log": () => ({ record: cut }),
  "before the nulled values are committed": ({ record }) => ({
    record: (order, rows) => doneAndCut(record(order, rows)),
  }),
  "once the values are nulled": ({ data }) => ({
    data: { ...data, clear: (id, record) => doneAndCut(data.clear(id, record)) },
  }),
  "before it is marked as done": ({ ledger }) => ({ ledger: { ...ledger, complete: cut } }),
  "once it is marked as done": ({ ledger }) => ({
    ledger: { ...ledger, complete: (id, atMs) => doneAndCut(ledger.complete(id, atMs)) },
  }),
};

describe.each(engines)("a shredding that is cut off on $name", (engine) => {
  let gateway: TestGateway;
  let people: People;
  let parts: ShredderParts;
  let recorded: number;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    people = await peopleOf(gateway, "larkfield");
    await people.fill(40, 0);
    const { databases, opened } = gateway.fieldward;
    parts = {
      ledger: sqlShredLedger(databases.vault),
      notes: sqlShredNotes(databases.audit),
      data: sqlShreddableData(databases.data),
      keyRing: opened.keys.keyRing,
      record: () => {
        recorded += 1;
        return Promise.resolve();
      },
      macKey: gateway.fieldward.vault.rootKeys.shred,
      newId,
      clock: gateway.clock.read,
    };
  }, 60_000);
  beforeEach(() => {
    recorded = 0;
  });
  afterAll(() => gateway.close());

  async function leftOf({ id }: Person) {
    const keys = await pastTheGateway(
      gateway,
      "vault",
      `SELECT id FROM subject_key WHERE subject_id = '${id}'`,
    );
    const [row] = await pastTheGateway(
      gateway,
      "data",
      `SELECT status, name_ct IS NULL AND phone_ct IS NULL AND phone_bi IS NULL AND email_ct IS NULL AS emptied FROM customer WHERE id = '${id}'`,
    );
    return { keys: keys.length, status: row?.["status"], emptied: Number(row?.["emptied"]) === 1 };
  }
  const ERASED = { keys: 0, status: "ERASED", emptied: true };

  it.each(Object.keys(CUTS))("is done by a replay: %s", async (where) => {
    const person = people.any();
    await people.message(gateway, person.id);
    const broken = new Shredder({ ...parts, ...CUTS[where]?.(parts) });
    const shredder = new Shredder(parts);
    await expect(broken.shred(person.id, null, "operator")).rejects.toMatchObject(CUT);
    const pending = await shredder.pending();
    const over = where === "once it is marked as done";
    expect(pending.map(({ subjectId }) => subjectId)).toEqual(over ? [] : [person.id]);
    const told: [number, number][] = [];
    await shredder.replay((done, total) => told.push([done, total]));
    people.known.delete(person.id);
    people.shredded.add(person.id);
    expect(told).toEqual(pending.map((_, i) => [i + 1, pending.length]));
    expect(await leftOf(person)).toEqual(ERASED);
    expect(recorded).toBeGreaterThan(0);
    expect(await shredder.pending()).toEqual([]);
    expect(await shredder.replay(() => undefined)).toEqual([]);
    await people.expectAll(gateway);
  });

  it("has not begun where the order could not be noted", async () => {
    const person = people.any();
    const broken = new Shredder({ ...parts, notes: { ...parts.notes, add: cut } });
    await expect(broken.shred(person.id, null, "operator")).rejects.toMatchObject(CUT);
    expect(await new Shredder(parts).pending()).toEqual([]);
    expect(await leftOf(person)).toEqual({ keys: 1, status: "ACTIVE", emptied: false });
    await people.expectAll(gateway);
  });

  it("is done by shredding again as well", async () => {
    const person = people.any();
    const broken = new Shredder({ ...parts, ...CUTS["before the values are nulled"]?.(parts) });
    await expect(broken.shred(person.id, null, "operator")).rejects.toMatchObject(CUT);
    await people.shred(gateway, person);
    expect(await leftOf(person)).toEqual(ERASED);
    expect(await new Shredder(parts).pending()).toEqual([]);
  });

  it("nulls nothing that is not on the access log", async () => {
    const person = people.any();
    const broken = new Shredder({ ...parts, record: cut });
    await expect(broken.shred(person.id, null, "operator")).rejects.toMatchObject(CUT);
    expect(await leftOf(person)).toEqual({ keys: 0, status: "ACTIVE", emptied: false });
    await new Shredder(parts).replay(() => undefined);
    expect(await leftOf(person)).toEqual(ERASED);
  });
});
