import fc from "fast-check";
import type { IssuedToken } from "../../src/identity/api-tokens";
import { FieldwardError } from "../../src/domain/errors";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { addTenant } from "../support/records";

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;

type Step =
  | { readonly do: "rotate"; readonly graceHours: number; readonly days: number | null }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "freeze" | "unfreeze" | "revoke" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("rotate" as const),
      graceHours: fc.constantFrom(0, 1, 24, 168),
      days: fc.constantFrom(null, 1, 30),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.constantFrom(1, HOUR_MS - 1, HOUR_MS, 23 * HOUR_MS, DAY_MS, 5 * DAY_MS),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "freeze" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "unfreeze" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "revoke" as const }) },
);

/** What the rules come to, worked out in the simplest way: until when each secret is good, in the order of their making. */
class Model {
  readonly until: number[] = [];
  frozen = false;
  revoked = false;
  end: number;

  constructor(now: number, days: number) {
    this.end = now + days * DAY_MS;
    this.until.push(this.end);
  }

  rotate(now: number, graceHours: number, days: number | null): boolean {
    if (this.revoked || this.end <= now) return false;
    const last = this.until.length - 1;
    // Only the one before lives on: an older one that is still in its grace ends now.
    for (let i = 0; i < last; i += 1) this.until[i] = 0;
    this.until[last] = this.frozen ? 0 : Math.min(now + graceHours * HOUR_MS, this.end);
    if (days !== null) this.end = now + days * DAY_MS;
    this.until[last] = Math.min(this.until[last] ?? 0, this.end);
    this.until.push(this.end);
    return true;
  }

  good(now: number): boolean[] {
    return this.until.map((until) => !this.frozen && !this.revoked && now < until);
  }
}

describe.each(engines)("a token that is rotated on $name", (engine) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    await addTenant(gateway, "larkfield");
  });
  afterAll(() => gateway.close());

  const isGood = async (token: string): Promise<boolean> => {
    const { authenticator } = gateway.fieldward.services;
    try {
      return (await authenticator.authenticate(`Bearer ${token}`)) !== null;
    } catch {
      return false;
    }
  };
  const notFound = (error: unknown): undefined => {
    if (error instanceof FieldwardError && error.code === "NOT_FOUND") return undefined;
    throw error;
  };
  const by = { id: "operator" };
  const record = () => Promise.resolve();

  const take = async (step: Step, id: string, issued: IssuedToken[], model: Model): Promise<void> => {
    const { apiTokens, freezing } = gateway.fieldward.services;
    if (step.do === "wait") gateway.clock.forward(step.ms);
    else if (step.do === "rotate") {
      const given = { graceHours: step.graceHours, expiresInDays: step.days };
      const done = await apiTokens.rotate(id, given).catch(notFound);
      expect(done !== undefined).toBe(model.rotate(gateway.clock.nowMs, step.graceHours, step.days));
      if (done !== undefined) issued.push(done);
    } else if (step.do === "freeze") {
      await freezing.freeze({ id, reason: "a test", by }, record);
      model.frozen = true;
    } else if (step.do === "unfreeze") {
      await freezing.unfreezeToken(id, record).catch(notFound);
      model.frozen = false;
    } else {
      await apiTokens.revoke(id).catch(notFound);
      model.revoked = true;
    }
  };

  it("is good by its new secret, and by the one before until its grace ends, in every history", async () => {
    const { apiTokens, authenticator } = gateway.fieldward.services;
    const history = fc.array(step, { minLength: 1, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const model = new Model(gateway.clock.nowMs, 20);
        const first = await apiTokens.issue({
          tenantSlug: "larkfield",
          name: "app",
          scopes: [],
          purposes: ["support"],
          expiresInDays: 20,
        });
        const issued = [first];
        for (const next of steps) {
          await take(next, first.id, issued, model);
          authenticator.forget();
          const good: boolean[] = [];
          for (const { token } of issued) good.push(await isGood(token));
          expect(good).toEqual(model.good(gateway.clock.nowMs));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("has two secrets at most where two rotate it at once", async () => {
    const { apiTokens, authenticator } = gateway.fieldward.services;
    const wanted = {
      tenantSlug: "larkfield",
      name: "app",
      scopes: [],
      purposes: ["support"],
      expiresInDays: 20,
    };
    const first = await apiTokens.issue(wanted);
    const others = await Promise.all([1, 2, 3].map(() => apiTokens.rotate(first.id)));
    authenticator.forget();
    const good: boolean[] = [];
    for (const { token } of [first, ...others]) good.push(await isGood(token));
    expect(good[0]).toBe(false);
    expect(good.filter(Boolean)).toHaveLength(2);
  });

  it.each([-1, 169, Number.NaN])("has no grace of %d hours", async (graceHours) => {
    const { apiTokens } = gateway.fieldward.services;
    await expect(apiTokens.rotate("any", { graceHours })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  });
});
