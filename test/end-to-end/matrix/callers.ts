import { Elevation } from "../../../src/domain/elevation";
import type { Category } from "../../../src/domain/category";
import type { Principal } from "../../../src/domain/principal";
import type { Role } from "../../../src/policy/roles-file";
import { decide } from "../../../src/policy/decide";
import { elevatedIn } from "../../policy/matrix/level-by-policy";
import { AXES, nameOf, type Asker, type Combination } from "../../policy/matrix/matrix-line";
import type { TestGateway } from "../../support/gateway";
import type { Person } from "./people";

/** Someone who asks, once within the budget and once beyond it; staff once trained and once not. */
export interface KnownCaller {
  readonly token: string;
  readonly principal: Principal;
}

type Standing = Pick<Combination, "trained" | "budget">;

export function callerName(asker: Asker, { trained, budget }: Standing): string {
  return "role" in asker ? `${asker.role} ${trained} ${budget}` : `${asker.set} ${budget}`;
}

const DAY_MS = 86_400_000;
const REASON = "The parcel of this customer is lost.";
const unrecorded = (): Promise<void> => Promise.resolve();
let people = 0;

async function signIn(gateway: TestGateway, role: string, trainedUntil: Date | null): Promise<string> {
  const { accounts, sessions } = gateway.fieldward.services;
  people += 1;
  const email = `matrix.${String(people)}@staff.example.com`;
  const id = await accounts.addStaff({ email, name: "Somebody", role, password: null, trainedUntil });
  return (await sessions.open(id, { secondFactor: true })).token;
}

/** Untrained is who never was, and who is no longer: one is within the budget, the other beyond it. */
function trainedUntil({ clock }: TestGateway, { trained, budget }: Standing): Date | null {
  if (trained === "yes") return new Date(clock.nowMs + 300 * DAY_MS);
  return budget === "within" ? null : new Date(clock.nowMs - DAY_MS);
}

async function tokenOf(gateway: TestGateway, asker: Asker, standing: Standing): Promise<string> {
  if ("role" in asker) return signIn(gateway, asker.role, trainedUntil(gateway, standing));
  const { scopes, purposes } = asker;
  const wanted = { tenantSlug: "larkfield", name: asker.set, scopes, purposes, expiresInDays: 30 };
  return (await gateway.fieldward.services.apiTokens.issue(wanted)).token;
}

/** Somebody who may answer requests for elevations. */
export async function addApprover(gateway: TestGateway): Promise<Principal> {
  return principalOf(gateway, await signIn(gateway, "security", null));
}

async function principalOf({ fieldward }: TestGateway, token: string): Promise<Principal> {
  const principal = await fieldward.services.authenticator.authenticate(`Bearer ${token}`);
  if (principal === null) throw new Error("nobody signed in");
  return principal;
}

/** Shows a principal as many other customers in the clear as its budget has room for. */
async function useUpBudget({ fieldward, clock }: TestGateway, principal: Principal): Promise<void> {
  const { policy, budget } = fieldward.services;
  const { budget: limit } = decide(policy, principal, null, new Date(clock.nowMs));
  if (limit === null) throw new Error("a matrix with a budget needs one");
  const others = Array.from({ length: limit }, (_, i) => `another customer ${String(i)}`);
  await budget.beyond(principal.id, limit, others, clock.nowMs);
}

/** Makes all callers of some who ask. */
export async function addCallers(
  gateway: TestGateway,
  askers: readonly Asker[],
): Promise<Map<string, KnownCaller>> {
  const callers = new Map<string, KnownCaller>();
  for (const asker of new Map(askers.map((one) => [nameOf(one), one])).values()) {
    for (const trained of AXES.trained) {
      for (const budget of AXES.budget) {
        const name = callerName(asker, { trained, budget });
        if (callers.has(name)) continue;
        const token = await tokenOf(gateway, asker, { trained, budget });
        const principal = await principalOf(gateway, token);
        if (budget === "beyond") await useUpBudget(gateway, principal);
        callers.set(name, { token, principal });
      }
    }
  }
  return callers;
}

async function elevate(
  { fieldward, clock }: TestGateway,
  principal: Principal,
  role: Role,
  approver: Principal,
  customerId: string,
  category: Category,
): Promise<void> {
  const { elevations, policy } = fieldward.services;
  const [declared = ""] = role.purposes;
  const standing = decide(policy, principal, declared, new Date(clock.nowMs));
  const wish = { customerId, category, reason: REASON, caseId: null, minutes: 50, emergency: false };
  const actor = { principal, purpose: { purpose: declared, caseId: null }, standing };
  await elevations.approve(await elevations.request(wish, actor, unrecorded), approver, unrecorded);
}

/** An elevation that nobody could have asked for, as a row that is there all the same. */
function forcedRow(
  { clock }: TestGateway,
  id: string,
  principalId: string,
  customerId: string,
  category: Category,
) {
  const now = new Date(clock.nowMs);
  const answered = {
    approvedBy: "somebody",
    approvedAt: now,
    expiresAt: new Date(clock.nowMs + 50 * 60_000),
  };
  const open = {
    caseId: null,
    minutes: 50,
    emergency: false,
    requestedAt: now,
    reviewedBy: null,
    reviewedAt: null,
  };
  const row = Object.assign(new Elevation(), { id, principalId, customerId, category, ...open, ...answered });
  row.reason = REASON;
  row.finding = null;
  return row;
}

/**
 * Gives a caller its elevations of every customer who is to have some: by request and approval where its role has a right
 * to them, and by force where it has none.
 */
export async function addElevations(
  gateway: TestGateway,
  { principal }: KnownCaller,
  people: Iterable<Person>,
  given: { readonly approver: Principal; readonly newId: () => string },
): Promise<void> {
  const role = gateway.fieldward.services.policy.roles.get(principal.role ?? "");
  const forced: Elevation[] = [];
  for (const { id, is } of people) {
    for (const category of elevatedIn(is)) {
      if (role?.elevate.includes(category) === true)
        await elevate(gateway, principal, role, given.approver, id, category);
      else forced.push(forcedRow(gateway, given.newId(), principal.id, id, category));
    }
  }
  await gateway.fieldward.databases.data.write((manager) => manager.insert(Elevation, forced));
}
