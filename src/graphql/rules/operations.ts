import { Level, type Category } from "../../domain/category";
import { FieldwardError } from "../../domain/errors";
import type { Records } from "../../policy/policy";
import type { RuleContext } from "./rule-context";

/** What a root field asks of its caller. */
type Requirement =
  | { readonly open: true }
  | { readonly signedIn: true }
  /** Sees at least one of these categories. */
  | { readonly sees: readonly Category[] }
  | { readonly writes: Records };

/** Who may call which operation. A root field that is not here stops the server at start. */
export const OPERATIONS: Readonly<Record<string, Requirement>> = {
  "Query.me": { signedIn: true },
  "Query.customer": { sees: ["account"] },
  "Query.customers": { sees: ["account"] },
  "Query.message": { sees: ["content", "traffic"] },
  "Query.messages": { sees: ["content", "traffic"] },
  "Mutation.login": { open: true },
  "Mutation.logout": { signedIn: true },
  "Mutation.createCustomer": { writes: "customers" },
  "Mutation.updateCustomer": { writes: "customers" },
  "Mutation.storeMessages": { writes: "messages" },
  "Mutation.updateMessageStatuses": { writes: "messages" },
  "Mutation.recordConsent": { writes: "consents" },
};

/** Whether a caller may use a root field: `true`, or the error that says why not. */
export function permitOperation(coordinate: string, context: RuleContext): true | FieldwardError {
  const requirement = OPERATIONS[coordinate];
  if (requirement === undefined) return new FieldwardError("FORBIDDEN");
  if ("open" in requirement) return true;
  if (context.principal === null) return new FieldwardError("UNAUTHENTICATED");
  if ("signedIn" in requirement) return true;
  const { standing } = context;
  if ("writes" in requirement) {
    return (
      standing.writes.has(requirement.writes) ||
      new FieldwardError("FORBIDDEN", `It needs the right ${requirement.writes}:write.`)
    );
  }
  const sees = requirement.sees.some((category) => standing.decisions[category].level > Level.HIDDEN);
  return sees || new FieldwardError("FORBIDDEN", `It needs sight of ${requirement.sees.join(" or ")}.`);
}
