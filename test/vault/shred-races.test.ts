import { v7 as uuidv7 } from "uuid";
import type { Fieldward } from "../../src/main";
import { codes } from "../graphql/answers";
import { pastTheGateway } from "../graphql/past-the-gateway";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { peopleOf, type People, type Person } from "./rotation/people";
import { anotherProcess } from "./rotation/processes";

const ROUNDS = 12;
const unrecorded = (): Promise<void> => Promise.resolve();

describe.each(engines)("shredding while values are written on $name", (engine) => {
  let gateway: TestGateway;
  let other: Fieldward;
  let people: People;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    // SQLite's driver waits for a lock without giving way, so that two processes cannot be played by one: there, writes of
    // one process race.
    other = engine.server === null ? gateway.fieldward : await anotherProcess(gateway);
    people = await peopleOf(gateway, "larkfield");
    await people.fill(3 * ROUNDS + 1, 0);
  }, 60_000);
  afterAll(async () => {
    if (other !== gateway.fieldward) await other.close();
    await gateway.close();
  });

  const batchFor = ({ id, phone }: Person) =>
    other.services.messages.check(
      Array.from({ length: 40 }, () => ({
        ...{ externalId: uuidv7(), customerId: id, customerNumber: phone, direction: "INBOUND" },
        ...{ senderId: "Fieldward", body: "Racing.", sentAt: new Date(gateway.clock.nowMs) },
      })),
    );

  async function expectNothingLeft({ id }: Person): Promise<void> {
    const left = `SELECT
      (SELECT COUNT(*) FROM customer WHERE id = '${id}' AND (status <> 'ERASED' OR name_ct IS NOT NULL OR phone_ct IS NOT NULL OR phone_bi IS NOT NULL OR email_ct IS NOT NULL OR address_ct IS NOT NULL)) +
      (SELECT COUNT(*) FROM message WHERE customer_id = '${id}' AND (body_ct IS NOT NULL OR customer_number_ct IS NOT NULL OR customer_number_bi IS NOT NULL)) +
      (SELECT COUNT(*) FROM consent_record WHERE customer_id = '${id}' AND evidence_ct IS NOT NULL) AS n`;
    const [row] = await pastTheGateway(gateway, "data", left);
    expect(Number(row?.["n"])).toBe(0);
    const keys = `SELECT id FROM subject_key WHERE subject_id = '${id}'`;
    expect(await pastTheGateway(gateway, "vault", keys)).toEqual([]);
  }

  /** Starts both at once, one a little later; which comes first differs from round to round. */
  async function expectRace(round: number, write: (person: Person) => Promise<unknown>): Promise<void> {
    const person = people.any();
    const shred = async (): Promise<void> => {
      for (let i = 0; i < (round * 7) % 40; i += 1) await new Promise(setImmediate);
      await people.shred(gateway, person);
    };
    const [, written] = await Promise.allSettled([shred(), write(person)]);
    if (written.status === "rejected") expect(written.reason).toMatchObject({ code: "ERASED" });
    expect(people.shredded.has(person.id)).toBe(true);
    await expectNothingLeft(person);
  }

  it("leaves no message behind that is stored at the same time", async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      await expectRace(round, (person) =>
        other.services.messages.store(batchFor(person), people.tenantId, unrecorded),
      );
    }
  }, 60_000);

  it("leaves no field behind that is changed at the same time", async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const changed = { email: "racing@example.org", address: "3 Racing Lane" };
      await expectRace(round, ({ id }) =>
        other.services.customers.update({ id, ...changed }, null, unrecorded),
      );
    }
  }, 60_000);

  it("leaves no evidence behind that is recorded at the same time", async () => {
    const given = {
      purpose: "marketing",
      state: "GRANTED",
      legalBasis: "CONSENT",
      method: "web",
      jurisdiction: "GB",
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      await expectRace(round, ({ id: customerId }) =>
        other.services.consents.record(
          { ...given, customerId, evidence: "Racing." },
          "operator",
          null,
          unrecorded,
        ),
      );
    }
  }, 60_000);

  it("waits for a write that has been let in, and empties what it wrote", async () => {
    const person = people.quiet;
    let shredded: Promise<void> | undefined;
    const record = async (): Promise<void> => {
      // In the middle of the transaction, its rows written and its commit to come.
      shredded = people.shred(gateway, person);
      for (let i = 0; i < 200; i += 1) await new Promise(setImmediate);
    };
    await other.services.messages.store(batchFor(person), people.tenantId, record);
    await shredded;
    await expectNothingLeft(person);
    const [row] = await pastTheGateway(
      gateway,
      "data",
      `SELECT COUNT(*) AS n FROM message WHERE customer_id = '${person.id}'`,
    );
    expect(Number(row?.["n"])).toBe(40);
    const read = "{ customers { nodes { messages { nodes { body } } } } }";
    expect(new Set(codes(await gateway.query(people.partner, read)))).toEqual(new Set(["ERASED"]));
  }, 60_000);
});
