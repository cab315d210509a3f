import type { AccessLog } from "../audit/access-log";
import { deriveKey } from "../crypto/derive";
import type { Databases } from "../installation";
import { newId, random } from "../installation";
import { sessionGeneration } from "../database/vault-setting";
import { Accounts } from "../identity/accounts";
import type { PasswordHasher } from "../identity/bcrypt-threads";
import { CredentialStore } from "../identity/credential-store";
import { PasswordRules } from "../identity/password-rules";
import { Passwords } from "../identity/passwords";
import { RecoveryCodes } from "../identity/recovery-codes";
import { SecondFactor } from "../identity/second-factor";
import { SessionCheck } from "../identity/session-check";
import { Sessions } from "../identity/sessions";
import { SignIn } from "../identity/sign-in";
import { SignInThrottle } from "../identity/sign-in-throttle";
import { SignedTokens } from "../identity/signed-tokens";
import { SigningGeneration } from "../identity/signing-generation";
import { staffIndex } from "./directory";
import type { Policy } from "../policy/policy";
import type { Vault } from "../vault/vault";

/** What the sign-in of staff is opened with. */
export interface SignInOpening {
  readonly databases: Databases;
  readonly vault: Vault;
  readonly accessLog: AccessLog;
  readonly hasher: PasswordHasher;
  /** The policy in force. */
  readonly policy: () => Policy;
  readonly clock: () => number;
  /** How long, in ms, keys stay in memory while the vault is away. */
  readonly keyTtlMs: number;
}

/** The tokens that we sign ourselves. */
function openSignedTokens({ databases, vault, clock, keyTtlMs }: SignInOpening): SignedTokens {
  const load = () => sessionGeneration(databases.vault);
  const generation = new SigningGeneration({ load, clock, ttlMs: keyTtlMs });
  return new SignedTokens({ rootKey: vault.rootKeys.session, generation: () => generation.now(), clock });
}

/** The sign-in of staff, wired: passwords, second factors, sessions, and what keeps guesses few. */
export function openSignIn(opening: SignInOpening) {
  const { databases, vault, accessLog, hasher, clock } = opening;
  const { data } = databases;
  const policy = () => opening.policy().signIn;
  const root = vault.rootKeys.password;
  const common = { data, random, newId, clock };
  const credentials = new CredentialStore(data.reader);
  const signedTokens = openSignedTokens(opening);
  const throttle = new SignInThrottle({
    ...common,
    key: deriveKey(root, "fieldward/sign-in/throttle"),
    policy: () => policy().lockOut,
  });
  const sessions = new Sessions({ ...common, tokens: signedTokens, policy });
  const recoveryCodes = new RecoveryCodes({ ...common, key: deriveKey(root, "fieldward/sign-in/recovery") });
  const secondFactor = new SecondFactor({ ...common, recoveryCodes, sessions, throttle });
  const passwords = new Passwords(root, hasher);
  const passwordRules = new PasswordRules(() => policy().passwords.shortest);
  const activationKey = deriveKey(root, "fieldward/sign-in/activation");
  const steps = { ...common, tokens: signedTokens, policy, passwords, secondFactor, sessions, throttle };
  return {
    signedTokens,
    throttle,
    sessions,
    secondFactor,
    accounts: new Accounts({ ...steps, passwordRules, activationKey }),
    signIn: new SignIn({ ...steps, credentials, accessLog, findEmail: staffIndex(vault) }),
    sessionCheck: new SessionCheck({ ...steps, credentials, enrolment: opening.policy }),
  };
}
