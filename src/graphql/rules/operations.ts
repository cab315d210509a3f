import { Level, type Category } from "../../domain/category";
import { FieldwardError } from "../../domain/errors";
import type { Standing } from "../../policy/decide";
import type { Records, Right } from "../../policy/roles-file";
import type { RuleContext } from "./rule-context";

/** What a root field asks of its caller. */
type Requirement =
  | { readonly open: true }
  /** `enrolling`: also who has yet to set up a second factor. */
  | { readonly signedIn: true; readonly enrolling?: true }
  /** Staff: what one does to one's own account. */
  | { readonly staff: true; readonly enrolling?: true }
  | ByStanding;

/** `tenant`: for the one tenant that the caller sees. */
interface Writes {
  readonly writes: Records;
  readonly tenant?: true;
}

/** What is answered by what was decided for the caller. */
type ByStanding =
  /** Sees at least one of these categories. */
  | { readonly sees: readonly Category[] }
  | Writes
  /** Staff whose role has this right. */
  | { readonly right: Right }
  /** Staff whose role can be elevated in some category; `answers`: or may approve or review that. */
  | { readonly elevates: true; readonly answers?: true };

/** Who may call which operation. A root field that is not here stops the server at start. */
export const OPERATIONS: Readonly<Record<string, Requirement>> = {
  "Query.signedIn": { open: true },
  "Query.me": { signedIn: true, enrolling: true },
  "Query.accessPlan": { signedIn: true },
  "Query.accessExplanation": { right: "explain" },
  "Query.customer": { sees: ["account"] },
  "Query.customers": { sees: ["account"] },
  "Query.message": { sees: ["content", "traffic"] },
  "Query.messages": { sees: ["content", "traffic"] },
  "Query.apiTokens": { right: "manage-tokens" },
  "Query.elevations": { elevates: true, answers: true },
  "Query.alerts": { right: "alerts" },
  "Mutation.login": { open: true },
  "Mutation.verifyTotp": { open: true },
  "Mutation.setPassword": { open: true },
  "Mutation.logout": { signedIn: true, enrolling: true },
  "Mutation.logoutEverywhere": { staff: true },
  "Mutation.changePassword": { staff: true },
  "Mutation.enrolTotp": { staff: true, enrolling: true },
  "Mutation.confirmTotp": { staff: true, enrolling: true },
  "Mutation.newRecoveryCodes": { staff: true },
  "Mutation.createApiToken": { right: "manage-tokens" },
  "Mutation.rotateApiToken": { right: "manage-tokens" },
  "Mutation.revokeApiToken": { right: "manage-tokens" },
  "Mutation.freezePrincipal": { right: "freeze" },
  "Mutation.requestElevation": { elevates: true },
  "Mutation.approveElevation": { right: "approve-elevation" },
  "Mutation.endElevation": { elevates: true, answers: true },
  "Mutation.reviewElevation": { right: "review-elevation" },
  "Mutation.acknowledgeAlert": { right: "alerts" },
  "Mutation.createCustomer": { writes: "customers" },
  "Mutation.updateCustomer": { writes: "customers" },
  "Mutation.storeMessages": { writes: "messages", tenant: true },
  "Mutation.updateMessageStatuses": { writes: "messages", tenant: true },
  "Mutation.recordConsent": { writes: "consents" },
};

/** The root fields that need no sign-in, by name. */
export const OPEN_FIELDS: readonly string[] = Object.entries(OPERATIONS).flatMap(
  ([coordinate, requirement]) => ("open" in requirement ? [coordinate.split(".")[1] ?? ""] : []),
);

function permitElevation({ canElevate, rights }: Standing, answers: boolean): true | FieldwardError {
  const may =
    canElevate.size > 0 || (answers && (rights.has("approve-elevation") || rights.has("review-elevation")));
  return may || new FieldwardError("FORBIDDEN", "It needs a role that can be elevated.");
}

const ENROL =
  "Set up a second factor first: call enrolTotp, then confirmTotp with a code of your authenticator app.";

/** Whether a caller may use a root field: `true`, or the error that says why not. */
export function permitOperation(coordinate: string, context: RuleContext): true | FieldwardError {
  const requirement = OPERATIONS[coordinate];
  if (requirement === undefined) return new FieldwardError("FORBIDDEN");
  if ("open" in requirement) return true;
  const { principal } = context;
  if (principal === null) return new FieldwardError("UNAUTHENTICATED");
  if (principal.mustEnrol === true && !("enrolling" in requirement))
    return new FieldwardError("FORBIDDEN", ENROL);
  if ("signedIn" in requirement) return true;
  if ("staff" in requirement) return principal.kind === "STAFF" || new FieldwardError("FORBIDDEN");
  return permitByStanding(requirement, context.standing);
}

function permitWrite({ writes, tenant }: Writes, standing: Standing): true | FieldwardError {
  if (!standing.writes.has(writes))
    return new FieldwardError("FORBIDDEN", `It needs the right ${writes}:write.`);
  if (tenant === true && standing.tenantId === null)
    return new FieldwardError("FORBIDDEN", "A partner does it, for its tenant.");
  return true;
}

function permitByStanding(requirement: ByStanding, standing: Standing): true | FieldwardError {
  if ("writes" in requirement) return permitWrite(requirement, standing);
  if ("right" in requirement) {
    const { right } = requirement;
    return standing.rights.has(right) || new FieldwardError("FORBIDDEN", `It needs the right ${right}.`);
  }
  if ("elevates" in requirement) return permitElevation(standing, requirement.answers === true);
  const sees = requirement.sees.some((category) => standing.decisions[category].level > Level.HIDDEN);
  return sees || new FieldwardError("FORBIDDEN", `It needs sight of ${requirement.sees.join(" or ")}.`);
}
