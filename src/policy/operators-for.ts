import type { Principal } from "../domain/principal";
import type { Operators } from "./anonymiser-file";
import type { Policy } from "./policy";

/** What stands for personal data in message text that a principal reads at MASKED. Only a member of staff has a role. */
export function operatorsFor(
  { kind, role }: Pick<Principal, "kind" | "role">,
  { anonymiser }: Pick<Policy, "anonymiser">,
): Operators {
  const own = kind === "STAFF" && role !== null ? anonymiser.roles.get(role) : undefined;
  return own ?? anonymiser.default;
}
