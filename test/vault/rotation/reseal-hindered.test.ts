import { randomUUID } from "node:crypto";
import type { Fieldward } from "../../../src/main";
import type { SealedRows } from "../../../src/vault/rotation/sealed-rows";
import { codes } from "../../graphql/answers";
import { pastTheGateway } from "../../graphql/past-the-gateway";
import { engines } from "../../support/engines";
import { openTestGateway, type TestGateway } from "../../support/gateway";
import { peopleOf, type People } from "./people";
import { anotherProcess, JOBS, jobParts, runToEnd, serveAnother, type ServingReplica } from "./processes";
import { keyIdOf, keyIdsIn, keyIdsOfEnvelopes } from "./stored";

const READ = "query ($id: ID!) { customer(id: $id) { name phone email address } }";

describe.each(engines)("resealing what is in its way on $name", (engine) => {
  let gateway: TestGateway;
  let operator: Fieldward;
  let people: People;
  let tenants = 0;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    operator = await anotherProcess(gateway);
  }, 60_000);
  beforeEach(async () => {
    tenants += 1;
    people = await peopleOf(gateway, `tenant${String(tenants)}`);
    await people.fill(12, 4);
    gateway.clock.forward(1_000);
  });
  afterAll(async () => {
    await operator.close();
    await gateway.close();
  });

  const envelopeOf = async (id: string, column: string): Promise<Buffer> => {
    const [row] = await pastTheGateway(gateway, "data", `SELECT ${column} FROM customer WHERE id = '${id}'`);
    return Buffer.from(row?.[column] as Uint8Array);
  };
  const keysOf = async (subjectId: string) => {
    const query = `SELECT id, state FROM subject_key WHERE subject_id = '${subjectId}' ORDER BY id`;
    return (await pastTheGateway(gateway, "vault", query)).map((row) => ({ ...row }));
  };

  it("counts a value that does not open, keeps its key and lets everything else through", async () => {
    const before = await keyIdsIn(gateway);
    const { id } = people.quiet;
    const envelope = await envelopeOf(id, "address_ct");
    const oldKey = keyIdOf(envelope);
    envelope.writeUInt8(envelope.readUInt8(envelope.length - 1) ^ 1, envelope.length - 1);
    await pastTheGateway(gateway, "data", "UPDATE customer SET address_ct = ? WHERE id = ?", [envelope, id]);
    const run = await runToEnd(gateway, operator, JOBS.reseal(jobParts(gateway, operator)));
    expect(run.failed).toBe(1);
    expect(await keysOf(id)).toMatchObject([{ id: oldKey, state: "kept" }, { state: "active" }]);
    const after = await keyIdsIn(gateway);
    expect(before.filter((key) => after.includes(key))).toEqual([oldKey]);
    const named = (await keyIdsOfEnvelopes(gateway)).filter((key) => before.includes(key));
    expect(named).toEqual([oldKey]);
    expect(await envelopeOf(id, "address_ct")).toEqual(envelope);
    const answer = await gateway.query(people.partner, READ, { id });
    expect(codes(answer)).toEqual(["FIELD_TAMPERED"]);
    expect(answer.data).toMatchObject({ customer: { name: "Person 0", phone: people.quiet.phone } });
  });

  it("leaves a value that is changed between being read and being written as it was changed", async () => {
    const parts = jobParts(gateway, operator);
    const changed = people.any();
    const racing: SealedRows = {
      ...parts.reseal.rows,
      async after(table, properties, id, limit) {
        const rows = await parts.reseal.rows.after(table, properties, id, limit);
        if (rows.some((row) => row.id === changed.id)) await people.update(gateway, changed);
        return rows;
      },
    };
    await runToEnd(gateway, operator, JOBS.reseal({ ...parts, reseal: { ...parts.reseal, rows: racing } }));
    expect(people.known.get(changed.id)?.phone).not.toBe(changed.phone);
    await people.expectAll(gateway);
  });

  it("gives a customer that is shredded meanwhile no new key and no value", async () => {
    const parts = jobParts(gateway, operator);
    const [early, late] = [people.any(), people.any()];
    const store: typeof parts.reseal.store = {
      ...parts.reseal.store,
      async succeed(runId, atMs, pairs) {
        await people.shred(gateway, early);
        await parts.reseal.store.succeed(runId, atMs, pairs);
      },
    };
    const rows: SealedRows = {
      ...parts.reseal.rows,
      async change(table, changes) {
        if (people.known.has(late.id)) await people.shred(gateway, late);
        return parts.reseal.rows.change(table, changes);
      },
    };
    await runToEnd(gateway, operator, JOBS.reseal({ ...parts, reseal: { ...parts.reseal, store, rows } }));
    for (const { id } of [early, late]) {
      expect(await keysOf(id)).toEqual([]);
      const [row] = await pastTheGateway(
        gateway,
        "data",
        `SELECT name_ct, phone_ct, phone_bi, phone_bi2 FROM customer WHERE id = '${id}'`,
      );
      expect({ ...row }).toEqual({ name_ct: null, phone_ct: null, phone_bi: null, phone_bi2: null });
    }
    await people.expectAll(gateway);
  });

  it("makes one successor of each key, though a step is done twice", async () => {
    const parts = jobParts(gateway, operator);
    const store: typeof parts.reseal.store = {
      ...parts.reseal.store,
      async succeed(runId, atMs, pairs) {
        await parts.reseal.store.succeed(runId, atMs, pairs);
        const again = pairs.map(({ old, next }) => ({ old, next: { ...next, id: randomUUID() } }));
        await parts.reseal.store.succeed(runId, atMs + 1, again);
      },
    };
    await runToEnd(gateway, operator, JOBS.reseal({ ...parts, reseal: { ...parts.reseal, store } }));
    for (const id of people.known.keys()) expect(await keysOf(id)).toMatchObject([{ state: "active" }]);
    await people.expectAll(gateway);
  });

  describe("with a second gateway", () => {
    let second: ServingReplica;
    beforeEach(async () => {
      second = await serveAnother(gateway);
    });
    afterEach(() => second.close());

    it("opens what is sealed under a successor where the keys were loaded just before it was made", async () => {
      const person = people.any();
      const [cold, writer] = [second, await anotherProcess(gateway)];
      await cold.query(people.partner, READ, { id: person.id });
      let wrote = false;
      const between = async (): Promise<void> => {
        if (wrote) return;
        wrote = true;
        await writer.services.customers.update({ id: person.id, address: "2 New Lane" }, null, () =>
          Promise.resolve(),
        );
        const answer = await cold.query(people.partner, READ, { id: person.id });
        expect(codes(answer)).toEqual([]);
        expect(answer.data).toMatchObject({ customer: { address: "2 New Lane" } });
      };
      await runToEnd(gateway, operator, JOBS.reseal(jobParts(gateway, operator)), { between }).finally(() =>
        writer.close(),
      );
      expect(wrote).toBe(true);
    });
  });
});
