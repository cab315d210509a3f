import { StartupError } from "../domain/errors";
import type { Principal } from "../domain/principal";
import type { StoredPrincipal } from "../identity/principals";
import type { Fieldward } from "../main";
import type { Policy } from "../policy/policy";
import { suggestion } from "../policy/read-policy-file";
import { SCOPES } from "../policy/scopes";
import { principalOf } from "./policy-audiences";

/** @throws StartupError that says what there is, where there is no such name */
export function checkName(kind: string, name: string, known: Iterable<string>): string {
  const names = [...known];
  if (names.includes(name)) return name;
  throw new StartupError(`There is no ${kind} "${name}" (${names.join(", ")}).${suggestion(name, names)}`);
}

/** A partner with these scopes, which may declare any purpose. */
function scopesPrincipal(list: string, policy: Policy): Principal {
  const scopes = list.split(",").map((scope) => checkName("scope", scope.trim(), SCOPES));
  return principalOf({ scopes, purposes: [...policy.purposes.keys()] });
}

/**
 * The principal of `role:support`, `set:partner-basic` or `scopes:contact:masked,traffic:clear`; undefined: it is an id.
 *
 * @throws StartupError where there is no such role, set or scope
 */
export function principalNamed(text: string, policy: Policy): Principal | undefined {
  const [, kind, name = ""] = /^(role|set|scopes):(.*)$/.exec(text) ?? [];
  if (kind === "role") return principalOf({ role: checkName("role", name, policy.roles.keys()) });
  if (kind === "scopes") return scopesPrincipal(name, policy);
  if (kind !== "set") return undefined;
  return principalOf(policy.scopeSets.get(checkName("scope set", name, policy.scopeSets.keys())) ?? {});
}

/**
 * The principal of a staff member's or a token's id, as it would be if it signed in now.
 *
 * @throws StartupError where there is neither
 */
export async function storedPrincipal({ services }: Fieldward, id: string): Promise<StoredPrincipal> {
  const { principals, policy, clock } = services;
  const found = await principals.byId(id, policy, clock());
  if (found !== null) return found;
  throw new StartupError(
    "PRINCIPAL is role:NAME, set:NAME, scopes:SCOPE,SCOPE or the id of a staff member or a token.",
  );
}
