import { Lease } from "../../src/database/lease";
import { FieldwardError } from "../../src/domain/errors";
import { TwinBatch } from "../../src/lifecycle/twin-batch";
import { TWIN_LEASE_MS } from "../../src/lifecycle/twin-renewal";
import { at } from "../graphql/answers";
import { pastTheGateway } from "../graphql/past-the-gateway";
import { engines } from "../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addMessages, addTenant } from "../support/records";
import { typesOnly } from "../support/twin-text";
import { SwitchedDetector } from "./switched-detector";

const BODY = "Please call +44 7700 900123 about the parcel";
const TWIN = "Please call [PHONE] about the parcel";
const READ = "query ($id: ID!) { message(id: $id) { body } }";

describe.each(engines)("making twins again on $name", (engine) => {
  const detector = new SwitchedDetector();
  let gateway: TestGateway;
  let tenant: string;
  let analyst: Caller;
  beforeAll(async () => {
    gateway = await openTestGateway(engine, {}, { detector });
    // The first texts take as long as hundreds, on a slow machine longer than is waited; the gateway's own will be looked at blindly.
    for (let count = 0; count < 100; count++) void detector.detect(BODY, { names: [] });
    tenant = await addTenant(gateway, "larkfield");
    analyst = await gateway.staff("analyst", "analytics");
  }, 60_000);
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => gateway.close());

  const renewal = () => gateway.fieldward.twins.renewal;
  const run = (signal = new AbortController().signal, report: () => void = () => undefined) =>
    renewal().run({ report, signal });
  const served = async (id: string): Promise<unknown> =>
    typesOnly(at(await gateway.query(analyst, READ, { id }), "message.body"));
  const rowOf = async (id: string) => {
    const text = "SELECT twin_version, body_twin_ct FROM message WHERE id = ?";
    return (await pastTheGateway(gateway, "data", text, [id]))[0] ?? {};
  };
  /** Does something once the next twins are made and before they are written. */
  const meanwhile = (work: () => Promise<unknown>): void => {
    const { twins } = gateway.fieldward.twins;
    const make = twins.make.bind(twins);
    jest.spyOn(twins, "make").mockImplementationOnce(async (...given) => {
      const made = await make(...given);
      await work();
      return made;
    });
  };
  /** Messages of a new customer whose twins show everything, since the detector found nothing, and another version of it. */
  const outdated = async (count: number, body = BODY) => {
    const customer = await addCustomer(gateway, tenant);
    detector.mode = "blind";
    const ids = await addMessages(gateway, customer, new Array<string>(count).fill(body));
    detector.version += 1;
    const ofOthers = "UPDATE message SET twin_version = ? WHERE customer_id <> ?";
    await pastTheGateway(gateway, "data", ofOthers, [detector.version, customer.id]);
    detector.mode = "works";
    return { customer, ids };
  };

  it("makes all that an older detector made or that none was made of, and then no more", async () => {
    const { ids } = await outdated(120);
    const [first = "", second = ""] = ids;
    await pastTheGateway(
      gateway,
      "data",
      "UPDATE message SET twin_version = NULL, body_twin_ct = NULL WHERE id = ?",
      [first],
    );
    expect([await served(first), await served(second), await renewal().isDue()]).toEqual([
      "[withheld]",
      BODY,
      true,
    ]);
    const told: unknown[] = [];
    const done = await run(undefined, () => told.push(1));
    expect(done).toMatchObject({
      outcome: "finished",
      made: 120,
      withheld: 0,
      moved: 0,
      failed: 0,
      total: 120,
    });
    expect(told.length).toBeGreaterThan(2);
    expect(new Set(await Promise.all(ids.map(served)))).toEqual(new Set([TWIN]));
    expect([await renewal().isDue(), (await run()).made]).toEqual([false, 0]);
  });

  it.each(["throws", "hangs"] as const)("keeps an older twin where the detector %s", async (mode) => {
    const { ids } = await outdated(2);
    const [id = "", fresh = ""] = ids;
    const never = "UPDATE message SET twin_version = NULL, body_twin_ct = NULL WHERE id = ?";
    await pastTheGateway(gateway, "data", never, [fresh]);
    detector.mode = mode;
    expect(await run()).toMatchObject({ outcome: "finished", made: 0, withheld: 0, failed: 2 });
    expect([await served(id), await served(fresh), await renewal().isDue()]).toEqual([
      BODY,
      "[withheld]",
      true,
    ]);
    expect((await rowOf(id))["twin_version"]).toBe(detector.version - 1);
    detector.mode = "works";
    expect(await run()).toMatchObject({ made: 2, failed: 0 });
    expect([await served(id), await served(fresh)]).toEqual([TWIN, TWIN]);
  });

  it("withholds for good what is too long", async () => {
    const { ids } = await outdated(1, "a ".repeat(2_001));
    expect(await run()).toMatchObject({ made: 1, withheld: 1, failed: 0 });
    expect([await served(ids[0] ?? ""), await renewal().isDue()]).toEqual(["[withheld]", false]);
  });

  it("leaves restricted customers alone until they are so no more", async () => {
    const { customer, ids } = await outdated(1);
    const become = (status: string) =>
      pastTheGateway(gateway, "data", "UPDATE customer SET status = ? WHERE id = ?", [status, customer.id]);
    await become("RESTRICTED");
    const asked = detector.asked;
    expect(await run()).toMatchObject({ outcome: "finished", made: 0, failed: 0, restricted: 1 });
    expect([(await rowOf(ids[0] ?? ""))["twin_version"], detector.asked]).toEqual([
      detector.version - 1,
      asked,
    ]);
    await become("ACTIVE");
    expect(await run()).toMatchObject({ made: 1, restricted: 0 });
  });

  it("leaves a customer alone who is restricted meanwhile", async () => {
    const { customer } = await outdated(1);
    const restrict = "UPDATE customer SET status = 'RESTRICTED' WHERE id = ?";
    meanwhile(() => pastTheGateway(gateway, "data", restrict, [customer.id]));
    expect(await run()).toMatchObject({ made: 0, moved: 0, restricted: 1 });
    await pastTheGateway(gateway, "data", "UPDATE customer SET status = 'ACTIVE' WHERE id = ?", [
      customer.id,
    ]);
    await run();
  });

  it("brings a name that was given later, also while twins are made", async () => {
    const { customer, ids } = await outdated(1, "please tell zorabelle about the parcel");
    const [id = ""] = ids;
    const name = (given: string) =>
      gateway.fieldward.services.customers.update({ id: customer.id, name: given }, tenant, () =>
        Promise.resolve(),
      );
    await name("Quillon Novak");
    meanwhile(() => name("Zorabelle Novak"));
    expect(await run()).toMatchObject({ outcome: "finished", made: 1, moved: 0 });
    expect(await served(id)).toBe("please tell [PERSON] about the parcel");
    await name("Quillon Novak");
    expect(await renewal().isDue()).toBe(true);
    await run();
  });

  it("leaves a text alone that cannot be opened, and says so", async () => {
    const { ids } = await outdated(2);
    const [one = "", other = ""] = ids;
    const [found] = await pastTheGateway(gateway, "data", "SELECT body_ct FROM message WHERE id = ?", [
      other,
    ]);
    await pastTheGateway(gateway, "data", "UPDATE message SET body_ct = ? WHERE id = ?", [
      Buffer.from(found?.["body_ct"] as Uint8Array),
      one,
    ]);
    expect(await run()).toMatchObject({ outcome: "finished", made: 1, failed: 1 });
    expect((await rowOf(one))["twin_version"]).toBe(detector.version - 1);
  });

  it("notes the version of a message without text, and gives it no twin", async () => {
    const { ids } = await outdated(1);
    const [id = ""] = ids;
    await pastTheGateway(gateway, "data", "UPDATE message SET body_ct = NULL, body_stored = 0 WHERE id = ?", [
      id,
    ]);
    expect(await run()).toMatchObject({ made: 1, withheld: 0 });
    expect(await rowOf(id)).toEqual({ twin_version: detector.version, body_twin_ct: null });
  });

  it("brings nothing back of a customer who is erased meanwhile", async () => {
    const { customer, ids } = await outdated(1);
    meanwhile(() => gateway.fieldward.services.shredder.shred(customer.id, tenant, "operator"));
    expect(await run()).toMatchObject({ outcome: "finished" });
    expect((await rowOf(ids[0] ?? ""))["body_twin_ct"]).toBeNull();
  });

  it("looks again at a message that was written meanwhile", async () => {
    const { ids } = await outdated(1);
    const [id = ""] = ids;
    meanwhile(() =>
      pastTheGateway(gateway, "data", "UPDATE message SET twin_version = NULL WHERE id = ?", [id]),
    );
    expect(await run()).toMatchObject({ outcome: "finished", made: 1, moved: 0 });
    expect(await served(id)).toBe(TWIN);
  });

  it("is one process's work at a time", async () => {
    const { ids } = await outdated(1);
    const { data } = gateway.fieldward.databases;
    const other = new Lease(data.writer, "twins", "another", gateway.clock.read, TWIN_LEASE_MS);
    await other.take();
    expect(await run()).toMatchObject({ outcome: "elsewhere", made: 0 });
    gateway.clock.forward(TWIN_LEASE_MS + 1);
    expect(await run()).toMatchObject({ outcome: "finished", made: 1 });
    expect(await served(ids[0] ?? "")).toBe(TWIN);
  });

  it("stops when it is told to, and goes on from there", async () => {
    const { ids } = await outdated(60);
    const controller = new AbortController();
    const stopped = await run(controller.signal, () => {
      controller.abort();
    });
    expect(stopped.outcome).toBe("stopped");
    expect(stopped.made).toBeLessThan(60);
    expect((await run()).made).toBe(60 - stopped.made);
    expect(new Set(await Promise.all(ids.map(served)))).toEqual(new Set([TWIN]));
  });

  it("stops within a batch, keeps what is made, and counts the others nowhere", async () => {
    await outdated(40);
    const controller = new AbortController();
    const detect = detector.detect.bind(detector);
    let asked = 0;
    jest.spyOn(detector, "detect").mockImplementation((...given) => {
      asked += 1;
      if (asked === 5) controller.abort();
      return detect(...given);
    });
    const { outcome, made, failed } = await run(controller.signal);
    expect({ outcome, made, failed }).toEqual({ outcome: "stopped", made: 5, failed: 0 });
    expect((await run()).made).toBe(35);
  });

  it("does not wait for a database that is away once it is told to stop", async () => {
    await outdated(1);
    const controller = new AbortController();
    const renew = jest.spyOn(TwinBatch.prototype, "renew").mockImplementation(() => {
      setImmediate(() => {
        controller.abort();
      });
      return Promise.reject(new FieldwardError("DATABASE_UNAVAILABLE"));
    });
    expect(await run(controller.signal)).toMatchObject({ outcome: "stopped", made: 0 });
    expect(renew).toHaveBeenCalledTimes(1);
  });
});
