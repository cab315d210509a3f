import { AccessTokenCheck, AccessTokens } from "../identity/access-tokens";
import { ApiTokenCheck } from "../identity/api-token-check";
import { ApiTokens } from "../identity/api-tokens";
import type { CredentialCheck } from "../identity/authenticator";
import { CredentialStore } from "../identity/credential-store";
import { Freezing } from "../identity/freezing";
import { OAuth } from "../identity/oauth";
import { OAuthClients } from "../identity/oauth-clients";
import type { SignInThrottle } from "../identity/sign-in-throttle";
import type { SignedTokens } from "../identity/signed-tokens";
import { TokenUse } from "../identity/token-use";
import { newId, random } from "../installation";
import type { SignInOpening } from "./sign-in";

/** What partners sign in by is opened with. */
export interface PartnerOpening extends Pick<SignInOpening, "databases" | "vault" | "accessLog" | "clock"> {
  readonly signedTokens: SignedTokens;
  readonly throttle: SignInThrottle;
}

/** What partners sign in by, wired: API tokens, the access tokens that they get for them, and OAuth. */
export function openPartners({ databases, vault, clock, ...opening }: PartnerOpening) {
  const { data } = databases;
  const { signedTokens: signed, throttle, accessLog } = opening;
  const tokenKey = vault.rootKeys["api-token"];
  const store = new CredentialStore(data.reader);
  const apiTokens = new ApiTokens({ data, tokenKey, random, newId, clock });
  const accessTokens = new AccessTokens({ data, store, signed, newId, clock });
  const use = new TokenUse((id, at) => apiTokens.writeUse(id, at), clock);
  const clients = new OAuthClients(store, tokenKey, clock);
  const checks: readonly CredentialCheck[] = [
    new ApiTokenCheck(store, tokenKey, use),
    new AccessTokenCheck(accessTokens, use),
  ];
  const oauth = new OAuth({ clients, accessTokens, apiTokens, store, tokenKey, throttle, accessLog, clock });
  return { partnerChecks: checks, apiTokens, oauth, freezing: new Freezing({ data, newId, clock }) };
}
