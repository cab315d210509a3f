import { Lease } from "../../src/database/lease";
import { openFieldward, makeLog, type Fieldward } from "../../src/main";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";

const MS = 30_000;

describe.each(engines)("a lease on $name", (engine) => {
  let gateway: TestGateway;
  let other: Fieldward;
  let names = 0;
  let name: string;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    const { settings } = gateway.installation;
    other = await openFieldward(settings, { log: makeLog(settings), clock: gateway.clock.read });
  });
  beforeEach(() => {
    names += 1;
    name = `work-${String(names)}`;
  });
  afterAll(async () => {
    await other.close();
    await gateway.close();
  });

  const leaseOf = (holder: string, { databases }: Fieldward = gateway.fieldward): Lease =>
    new Lease(databases.data.writer, name, holder, gateway.clock.read, MS);

  it("has one holder at a time, whichever process asks", async () => {
    const [first, second] = [leaseOf("first"), leaseOf("second", other)];
    expect(await first.state()).toBeUndefined();
    expect(await first.take()).toBe(true);
    expect(await second.take()).toBe(false);
    expect(await second.state()).toEqual({ holder: "first", untilMs: gateway.clock.nowMs + MS });
  });

  it("goes to one of many that ask at once", async () => {
    const all = Array.from({ length: 8 }, (_, i) =>
      leaseOf(`holder-${String(i)}`, i % 2 === 0 ? gateway.fieldward : other),
    );
    const taken = await Promise.all(all.map((lease) => lease.take()));
    expect(taken.filter(Boolean)).toHaveLength(1);
    const state = await leaseOf("nobody").state();
    expect(state?.holder).toBe(`holder-${String(taken.indexOf(true))}`);
  });

  it("runs out, and not before its time", async () => {
    const [first, second] = [leaseOf("first"), leaseOf("second")];
    await first.take();
    gateway.clock.forward(MS);
    expect(await second.take()).toBe(false);
    gateway.clock.forward(1);
    expect(await second.take()).toBe(true);
    expect(await first.take()).toBe(false);
  });

  it("lasts while its holder renews it, at whatever moment", async () => {
    const [first, second] = [leaseOf("first"), leaseOf("second")];
    for (const ms of [0, 0, MS - 1, MS, 1]) {
      gateway.clock.forward(ms);
      expect(await first.take()).toBe(true);
      expect(await second.take()).toBe(false);
    }
    expect((await first.state())?.untilMs).toBe(gateway.clock.nowMs + MS);
  });

  it("is free once it is given back, and only its holder gives it back", async () => {
    const [first, second] = [leaseOf("first"), leaseOf("second")];
    await first.take();
    await second.giveBack();
    expect(await second.take()).toBe(false);
    await first.giveBack();
    expect(await second.take()).toBe(true);
    await first.giveBack();
    expect((await first.state())?.holder).toBe("second");
  });

  it("stands apart from the leases of other work", async () => {
    expect(await leaseOf("first").take()).toBe(true);
    name = `${name}-other`;
    expect(await leaseOf("second").take()).toBe(true);
  });
});
