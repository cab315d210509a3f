import { v7 as uuidv7 } from "uuid";
import fc from "fast-check";
import { Elevations, type ElevationActor, type RecordStep } from "../../src/access/elevations";
import { sqlAuditStore } from "../../src/audit/sql-audit-store";
import { FieldwardError } from "../../src/domain/errors";
import type { Principal } from "../../src/domain/principal";
import { decide } from "../../src/policy/decide";
import type { Policy } from "../../src/policy/policy";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { addCustomer, addTenant } from "../support/records";
import { defaultPolicy, NOW, staff } from "../policy/principals";

const MINUTE_MS = 60_000;
const unrecorded: RecordStep = () => Promise.resolve();

function actor(role: string): ElevationActor {
  const principal: Principal = { ...staff(role), id: uuidv7() };
  const purpose = { purpose: "support", caseId: null };
  return { principal, purpose, standing: decide(defaultPolicy, principal, "support", NOW) };
}

/** The elevation as it is meant to be; its answer to each step is a state or the code of a refusal. */
class ElevationModel {
  #requestedAt: number | undefined;
  #expiresAt: number | undefined;
  #reviewed = false;

  state(now: number): string {
    if (this.#requestedAt === undefined) return "NONE";
    if (this.#reviewed) return "REVIEWED";
    if (this.#expiresAt !== undefined) return now < this.#expiresAt ? "ACTIVE" : "EXPIRED";
    return now < this.#requestedAt + 60 * MINUTE_MS ? "REQUESTED" : "LAPSED";
  }

  step(step: string, own: boolean, minutes: number, now: number): string {
    if (step === "request") this.#requestedAt = now;
    else if (step !== "end" && own) return "FORBIDDEN";
    else if (step === "approve" && this.state(now) === "REQUESTED")
      this.#expiresAt = now + minutes * MINUTE_MS;
    else if (step === "end" && this.state(now) === "ACTIVE") this.#expiresAt = now;
    else if (step === "review" && this.state(now) === "EXPIRED") this.#reviewed = true;
    else return "CONFLICT";
    return this.state(now);
  }
}

describe.each(engines)("elevations on $name", (engine) => {
  let gateway: TestGateway;
  let tenant: string;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    tenant = await addTenant(gateway, "acme");
  });
  afterAll(() => gateway.close());

  const opened = (emergency = false, own: Partial<Policy> = {}): Elevations => {
    const { services, databases } = gateway.fieldward;
    const { limits } = defaultPolicy;
    return new Elevations({
      data: databases.data,
      reader: services.reader,
      auditStore: sqlAuditStore(databases.audit),
      alerts: services.alerts,
      policy: () => ({
        ...defaultPolicy,
        limits: { ...limits, elevation: { ...limits.elevation, emergency } },
        ...own,
      }),
      newId: () => uuidv7(),
      clock: gateway.clock.read,
    });
  };
  const wish = (customerId: string, minutes: number, emergency = false) => {
    const reason = "Cannot be verified otherwise.";
    return { customerId, category: "contact", reason, caseId: null, minutes, emergency } as const;
  };

  it("go from state to state as they are meant to, and are in force in one of them only", async () => {
    const elevations = opened();
    const [asker, answerer] = [actor("support"), actor("compliance")];
    const step = fc.record({
      step: fc.constantFrom("approve", "approve", "end", "review"),
      own: fc.boolean(),
      forward: fc.constantFrom(0, 1, 5 * MINUTE_MS - 1, 5 * MINUTE_MS, 60 * MINUTE_MS),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 7 }), async (steps) => {
        const { id: customerId } = await addCustomer(gateway, tenant);
        const model = new ElevationModel();
        const id = await elevations.request(wish(customerId, 5), asker, unrecorded);
        model.step("request", true, 5, gateway.clock.nowMs);
        for (const { step: name, own, forward } of steps) {
          gateway.clock.forward(forward);
          const by = own ? asker : answerer;
          const taken =
            name === "approve"
              ? elevations.approve(id, by.principal, unrecorded)
              : name === "end"
                ? elevations.end(id, by, unrecorded)
                : elevations.review(id, "All is well.", by.principal, unrecorded);
          const outcome = await taken.then(
            async () => elevations.stateOf(await elevations.one(id, asker)),
            (error: unknown) => (error instanceof FieldwardError ? error.code : "INTERNAL"),
          );
          expect(outcome).toBe(model.step(name, own, 5, gateway.clock.nowMs));
          const state = model.state(gateway.clock.nowMs);
          const active = await elevations.activeFor(asker.principal);
          expect(active.some((one) => one.id === id)).toBe(state === "ACTIVE");
          const listed = await elevations.list(elevations.stateOf(await elevations.one(id, asker)), asker);
          expect(listed.some((one) => one.id === id)).toBe(true);
          expect(elevations.stateOf(await elevations.one(id, asker))).toBe(state);
        }
      }),
      { numRuns: 15 },
    );
  }, 120_000);

  it("count on another replica within two seconds, and end there in time whatever it remembers", async () => {
    const [here, there] = [opened(), opened()];
    const [asker, answerer] = [actor("support"), actor("compliance")];
    const { id: customerId } = await addCustomer(gateway, tenant);
    expect(await there.activeFor(asker.principal)).toEqual([]);
    const id = await here.request(wish(customerId, 1), asker, unrecorded);
    await here.approve(id, answerer.principal, unrecorded);
    expect(await here.activeFor(asker.principal)).toMatchObject([{ id, customerId, category: "contact" }]);
    gateway.clock.forward(2_000);
    expect(await there.activeFor(asker.principal)).toMatchObject([{ id }]);
    gateway.clock.forward(57_000);
    expect(await there.activeFor(asker.principal)).toMatchObject([{ id }]);
    gateway.clock.forward(999);
    expect(await there.activeFor(asker.principal)).toMatchObject([{ id }]);
    gateway.clock.forward(1);
    expect(await there.activeFor(asker.principal)).toEqual([]);
  });

  it("are approved by oneself in an emergency that policy allows: at once, briefly, with an alert", async () => {
    const elevations = opened(true);
    const asker = actor("support");
    const { id: customerId } = await addCustomer(gateway, tenant);
    const tooLong = elevations.request(wish(customerId, 16, true), asker, unrecorded);
    await expect(tooLong).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
    const id = await elevations.request(wish(customerId, 15, true), asker, unrecorded);
    expect(await elevations.activeFor(asker.principal)).toMatchObject([
      { id, expiresAtMs: gateway.clock.nowMs + 15 * MINUTE_MS },
    ]);
    const [alert] = await gateway.fieldward.services.alerts.list({
      unacknowledgedOnly: true,
      first: 1,
      after: null,
    });
    expect(alert).toMatchObject({
      detector: "elevation-emergency",
      severity: "high",
      actorId: asker.principal.id,
    });
  });

  it("are asked for under a purpose, and with the case that it needs", async () => {
    const { purposes } = defaultPolicy;
    const support = purposes.get("support");
    if (support?.case == null) throw new Error("support knows no cases any more");
    const strict = { ...support, case: { ...support.case, required: true } };
    const elevations = opened(false, { purposes: new Map([...purposes, ["support", strict]]) });
    const asker = actor("support");
    const { id: customerId } = await addCustomer(gateway, tenant);
    const ask = (purpose: ElevationActor["purpose"], caseId: string | null): Promise<string> =>
      elevations.request({ ...wish(customerId, 5), caseId }, { ...asker, purpose }, unrecorded);
    const lacking = [
      [null, null],
      [null, "T-1042"],
      [{ purpose: "support", caseId: null }, null],
    ] as const;
    for (const [purpose, caseId] of lacking)
      await expect(ask(purpose, caseId)).rejects.toMatchObject({ code: "PURPOSE_REQUIRED" });
    const id = await ask({ purpose: "support", caseId: "T-1042" }, null);
    expect(await elevations.one(id, asker)).toMatchObject({ caseId: "T-1042" });
  });

  it("last no longer than policy allows when they are approved, whatever it was when they were asked for", async () => {
    const [asker, answerer] = [actor("support"), actor("compliance")];
    const { limits } = defaultPolicy;
    const tightened = { ...limits, elevation: { ...limits.elevation, longestMinutes: 10 } };
    for (const [asked, lasts] of [
      [60, 10],
      [5, 5],
    ] as const) {
      const { id: customerId } = await addCustomer(gateway, tenant);
      const id = await opened().request(wish(customerId, asked), asker, unrecorded);
      const elevations = opened(false, { limits: tightened });
      await elevations.approve(id, answerer.principal, unrecorded);
      const expiresAt = new Date(gateway.clock.nowMs + lasts * MINUTE_MS);
      expect(await elevations.one(id, asker)).toMatchObject({ expiresAt });
    }
  });

  it("are not there where their step could not be logged, and neither is the alert", async () => {
    const elevations = opened(true);
    const asker = actor("support");
    const { id: customerId } = await addCustomer(gateway, tenant);
    const { alerts } = gateway.fieldward.services;
    const before = await alerts.list({ unacknowledgedOnly: false, first: 100, after: null });
    const unlogged = () => Promise.reject(new FieldwardError("AUDIT_UNAVAILABLE"));
    const asked = elevations.request(wish(customerId, 15, true), asker, unlogged);
    await expect(asked).rejects.toMatchObject({ code: "AUDIT_UNAVAILABLE" });
    expect(await elevations.activeFor(asker.principal)).toEqual([]);
    const after = await alerts.list({ unacknowledgedOnly: false, first: 100, after: null });
    expect(after).toHaveLength(before.length);
  });
});
