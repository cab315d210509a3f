import type { Principal } from "../../../src/domain/principal";
import { Staff } from "../../../src/domain/staff";
import { decide } from "../../../src/policy/decide";
import { listAt } from "../../graphql/answers";
import type { LevelName } from "../../graphql/level-model";
import type { Caller, TestGateway } from "../../support/gateway";
import { ELEVATED, NO_PURPOSE, purposesOf, type CallerPlan } from "./callers";
import type { Person } from "./people";
import type { OracleCaller } from "./rights";

const DAY_MS = 86_400_000;
const REASON = "The parcel of this customer is lost.";
const unrecorded = (): Promise<void> => Promise.resolve();

let staffCount = 0;

/** Signs a member of staff in who has been there long; without a password, since to hash one takes longer than all the rest. */
async function openSession(
  { fieldward, clock }: TestGateway,
  { role, trained }: { readonly role: string; readonly trained: boolean },
  secondFactor = true,
): Promise<string> {
  const { services, databases } = fieldward;
  staffCount += 1;
  const id = await services.accounts.addStaff({
    email: `oracle.${String(staffCount)}@staff.example.com`,
    ...{ name: "Somebody", role, password: null },
    trainedUntil: trained ? new Date(clock.nowMs + 300 * DAY_MS) : null,
  });
  const createdAt = new Date(clock.nowMs - 30 * DAY_MS);
  await databases.data.write((manager) => manager.update(Staff, { id }, { createdAt }));
  return (await services.sessions.open(id, { secondFactor })).token;
}

async function tokenOf(gateway: TestGateway, plan: Exclude<CallerPlan, { nobody: true }>): Promise<string> {
  if ("role" in plan) return openSession(gateway, plan, plan.standing !== "to enrol");
  return (await gateway.partner(plan.tenant, plan.scopes, purposesOf(plan))).token;
}

async function principalOf({ fieldward }: TestGateway, token: string): Promise<Principal> {
  const principal = await fieldward.services.authenticator.authenticate(`Bearer ${token}`);
  if (principal === null) throw new Error("nobody signed in");
  return principal;
}

/** Shows a caller as many other customers in the clear as its budget has room for. */
async function useUpBudget({ fieldward, clock }: TestGateway, principal: Principal): Promise<void> {
  const { policy, budget } = fieldward.services;
  const { budget: limit } = decide(policy, principal, null, new Date(clock.nowMs));
  if (limit === null) throw new Error("who has no budget cannot use it up");
  const others = Array.from({ length: limit }, (_, i) => `another customer ${String(i)}`);
  await budget.beyond(principal.id, limit, others, clock.nowMs);
}

/** Lifts what a member of staff gets of a customer. */
async function elevate(gateway: TestGateway, principal: Principal, { id }: Person): Promise<void> {
  const { elevations, policy } = gateway.fieldward.services;
  const approver = await principalOf(
    gateway,
    await openSession(gateway, { role: "security", trained: true }),
  );
  const purpose = { purpose: "support", caseId: null };
  const standing = decide(policy, principal, purpose.purpose, new Date(gateway.clock.nowMs));
  for (const category of ELEVATED) {
    const wish = { customerId: id, category, reason: REASON, caseId: null, minutes: 50, emergency: false };
    const asked = await elevations.request(wish, { principal, purpose, standing }, unrecorded);
    await elevations.approve(asked, approver, unrecorded);
  }
}

/** What `me` says of each category. */
async function toldLevels(gateway: TestGateway, credential: Caller): Promise<ReadonlyMap<string, LevelName>> {
  const answer = await gateway.query(credential, "{ me { levels { category level } } }");
  const levels = listAt(answer, "me.levels") as readonly { category: string; level: LevelName }[];
  return new Map(levels.map(({ category, level }) => [category.toLowerCase(), level]));
}

/** Signs a caller in, and brings it into its standing. */
export async function signIn(
  gateway: TestGateway,
  plan: CallerPlan,
  people: readonly Person[],
): Promise<OracleCaller> {
  if ("nobody" in plan) return { plan, credential: null, principalId: null, told: new Map() };
  const token = await tokenOf(gateway, plan);
  const credential = plan.purpose === NO_PURPOSE ? { token } : { token, purpose: plan.purpose };
  const principal = await principalOf(gateway, token);
  const [first] = people;
  if (plan.standing === "beyond its budget") await useUpBudget(gateway, principal);
  if (plan.standing === "elevated" && first !== undefined) await elevate(gateway, principal, first);
  return { plan, credential, principalId: principal.id, told: await toldLevels(gateway, credential) };
}
