import type { Category } from "../../../src/domain/category";
import { levelFor, purposesOfRole, ROLES } from "../../graphql/level-model";
import { defaultPolicy } from "../../policy/principals";
import type { TenantName } from "./people";

interface StaffPlan {
  readonly name: string;
  readonly role: string;
  readonly purpose: string;
  readonly trained: boolean;
  readonly standing?: "beyond its budget" | "to enrol" | "elevated";
}

interface PartnerPlan {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly purpose: string;
  readonly tenant: TenantName;
  readonly standing?: "beyond its budget";
}

interface NobodyPlan {
  readonly name: string;
  readonly nobody: true;
}

/** Who is to ask, before there is a gateway. */
export type CallerPlan = StaffPlan | PartnerPlan | NobodyPlan;

/** The purpose of who declares none, and could declare several. */
export const NO_PURPOSE = "none";

/** What a partner could declare who declares none. */
const UNDECLARED: readonly string[] = ["support", "billing"];

/** What a caller could declare. */
export function purposesOf(plan: CallerPlan): readonly string[] {
  if ("nobody" in plan) return [];
  if ("role" in plan) return purposesOfRole(plan.role);
  return plan.purpose === NO_PURPOSE ? UNDECLARED : [plan.purpose];
}

/** What the member of staff with an elevation has of the first customer. */
export const ELEVATED: readonly Category[] = ["contact", "content"];

/** The categories whose levels training and budget lower. */
const LOWERED: readonly Category[] = ["identity", "contact", "content", "consent"];

/** Everybody with a role, for each of its purposes; and each in the standings that lower or lift what it gets. */
const STAFF: readonly CallerPlan[] = ROLES.flatMap((role) => {
  const purposes = purposesOfRole(role);
  const undeclared = purposes.length > 1 ? [NO_PURPOSE] : [];
  return [...purposes, ...undeclared].flatMap((purpose): CallerPlan[] => {
    const name = `${role} for ${purpose}`;
    const plain = { name, role, purpose, trained: true };
    const clear = LOWERED.some(
      (category) => levelFor({ role, trained: true, purpose }, category) === "CLEAR",
    );
    return [
      plain,
      ...(clear ? [{ ...plain, trained: false, name: `${name}, untrained` }] : []),
      ...(clear
        ? [{ ...plain, standing: "beyond its budget" as const, name: `${name}, beyond its budget` }]
        : []),
    ];
  });
});

const SETS: readonly CallerPlan[] = [...defaultPolicy.scopeSets].flatMap(([name, { scopes, purposes }]) =>
  purposes.map((purpose) => ({
    name: `${name} for ${purpose}`,
    scopes,
    purpose,
    tenant: "larkfield" as const,
  })),
);

const EVERY_SCOPE: readonly string[] = [
  "identity:clear",
  "contact:clear",
  "contact:lookup",
  "content:clear",
  "traffic:clear",
  "consent:clear",
  "customers:write",
  "messages:write",
  "consents:write",
];

/** Sets of scopes that nobody has named: one category alone, the right to look up alone, pseudonyms of open fields. */
const ODD: readonly (readonly [scopes: readonly string[], purpose: string])[] = [
  [[], "support"],
  [["contact:lookup"], "support"],
  [["content:masked"], "support"],
  [["content:token", "identity:token", "contact:token"], "support"],
  [["traffic:token", "consent:token", "content:clear"], "support"],
  [["consent:masked"], "support"],
  [["contact:clear", "contact:lookup", "traffic:clear"], "billing"],
  [["identity:masked", "contact:masked", "contact:lookup", "traffic:clear"], "marketing"],
  [["customers:write", "messages:write", "consents:write"], "support"],
  [["customers:write", "messages:write", "traffic:clear"], "support"],
  [EVERY_SCOPE, "support"],
  [EVERY_SCOPE, "fraud"],
  [EVERY_SCOPE, "marketing"],
  [EVERY_SCOPE, NO_PURPOSE],
];

const ODD_PARTNERS: readonly CallerPlan[] = ODD.map(([scopes, purpose]) => ({
  name: `${scopes === EVERY_SCOPE ? "every scope" : `[${scopes.join(" ")}]`} for ${purpose}`,
  scopes,
  purpose,
  tenant: "larkfield",
}));

/** Who asks: every role and every named set of scopes, and some more. */
export const CALLERS: readonly CallerPlan[] = [
  ...STAFF,
  ...SETS,
  ...ODD_PARTNERS,
  {
    name: "support with an elevation",
    role: "support",
    purpose: "support",
    trained: true,
    standing: "elevated",
  },
  {
    name: "compliance who has yet to enrol",
    role: "compliance",
    purpose: "legal",
    trained: true,
    standing: "to enrol",
  },
  { name: "the other tenant's partner", scopes: EVERY_SCOPE, purpose: "support", tenant: "elsewhere" },
  {
    name: "a campaign beyond its budget",
    scopes: ["identity:clear", "contact:clear", "traffic:clear", "consent:clear"],
    purpose: "marketing",
    tenant: "larkfield",
    standing: "beyond its budget",
  },
  { name: "nobody", nobody: true },
];
