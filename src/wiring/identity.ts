import { Authenticator, type CredentialCheck } from "../identity/authenticator";
import { openPartners } from "./partners";
import { openSignIn, type SignInOpening } from "./sign-in";

/** What identity is opened with. */
export interface IdentityParts extends SignInOpening {
  /** The checks of tokens that the company's identity provider makes. */
  readonly companyChecks: readonly CredentialCheck[];
}

/** Everything that tells who asks, wired: accounts of staff, tokens of partners, and the checks of what they send. */
export function openIdentity(parts: IdentityParts) {
  const { sessionCheck, ...staff } = openSignIn(parts);
  const { partnerChecks, ...partners } = openPartners({ ...parts, ...staff });
  const checks: CredentialCheck[] = [...partnerChecks, ...parts.companyChecks, sessionCheck];
  return { ...staff, ...partners, authenticator: new Authenticator(checks, parts.clock) };
}
