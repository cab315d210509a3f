import type { Logger } from "pino";
import type { AccessLog } from "../audit/access-log";
import type { Settings } from "../config";
import type { DataStore } from "../database/databases";
import { personalFieldsOf } from "../domain/classified";
import { StartupError } from "../domain/errors";
import type { ScimParts } from "../http/scim";
import type { CredentialCheck } from "../identity/authenticator";
import { CredentialStore, type StaffIndex } from "../identity/credential-store";
import { Directory, externalIdHash } from "../identity/directory";
import { DirectorySecret } from "../identity/directory-secret";
import { IssuerKeys } from "../identity/oidc";
import { OidcCheck, type OidcRules } from "../identity/oidc-check";
import { OidcStaff } from "../identity/oidc-staff";
import { newId } from "../installation";
import type { Policy } from "../policy/policy";
import type { Vault } from "../vault/vault";

/** What the ways to the company's own identity provider and directory are opened with. */
export interface CompanyParts {
  readonly data: DataStore;
  readonly vault: Vault;
  readonly accessLog: AccessLog;
  readonly log: Pick<Logger, "warn">;
  /** The policy in force. */
  readonly policy: () => Policy;
  readonly clock: () => number;
}

const HOUR_MS = 60 * 60_000;

/** How a member of staff is found by e-mail address. */
export function staffIndex(vault: Vault): (address: string) => Promise<StaffIndex> {
  const email = personalFieldsOf("Staff").find(({ sealed }) => sealed.property === "email");
  if (email === undefined) throw new StartupError("Staff.email is not a sealed field.");
  return (address) => vault.find(email.sealed, address);
}

/** A token of the provider lives no longer than a session of ours. */
function oidcRules({ signIn }: Policy): OidcRules {
  return { ...signIn.oidc, longestMs: signIn.session.hours * HOUR_MS };
}

/**
 * The check of the identity provider's tokens, where there is one.
 *
 * @throws StartupError where its settings are not complete
 */
export function openOidc(settings: Settings, parts: CompanyParts): readonly CredentialCheck[] {
  const { FIELDWARD_OIDC_ISSUER: issuer, FIELDWARD_OIDC_AUDIENCE: audience } = settings;
  if ((issuer === undefined) !== (audience === undefined)) {
    throw new StartupError(
      "FIELDWARD_OIDC_ISSUER and FIELDWARD_OIDC_AUDIENCE go together: without an audience, a token made for any other service would do.",
    );
  }
  if (issuer === undefined || audience === undefined) return [];
  const { data, vault, accessLog, log, policy, clock } = parts;
  const warn = (what: string): void => {
    log.warn({ issuer }, what);
  };
  if (policy().signIn.oidc.roles.size === 0)
    warn("sign-in.yaml gives no role to the identity provider's tokens");
  const staff = new OidcStaff({
    data,
    credentials: new CredentialStore(data.reader),
    accessLog,
    findEmail: staffIndex(vault),
    hashSubject: externalIdHash(vault.rootKeys.password, issuer),
    warn,
    joins: settings.FIELDWARD_SCIM_TOKEN === undefined,
    newId,
    clock,
  });
  const keys = new IssuerKeys({ issuer, clock, warn });
  return [new OidcCheck({ issuer, audience, keys, staff, rules: () => oidcRules(policy()), clock })];
}

/** The first role that the provider's names stand for, in the order of sign-in.yaml; else the first that is a role's own name. */
function roleOf({ signIn, roles }: Policy, names: readonly string[]): string | undefined {
  const mapped = [...signIn.oidc.roles].find(([name]) => names.includes(name))?.[1];
  return mapped ?? names.find((name) => roles.has(name));
}

/** What answers the company's directory service; null where FIELDWARD_SCIM_TOKEN is not set. */
export function openScim(settings: Settings, parts: CompanyParts, forget: () => void): ScimParts | null {
  const { FIELDWARD_SCIM_TOKEN: token, FIELDWARD_OIDC_ISSUER: issuer = "" } = settings;
  if (token === undefined) return null;
  const { data, vault, accessLog, policy, clock } = parts;
  const directory = new Directory({
    data,
    accessLog,
    findEmail: staffIndex(vault),
    hashExternalId: externalIdHash(vault.rootKeys.password, issuer),
    roleOf: (names) => roleOf(policy(), names),
    forget,
    newId,
    clock,
  });
  return { directory, secret: new DirectorySecret(token) };
}
