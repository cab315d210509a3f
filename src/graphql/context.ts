import type { AccessLog } from "../audit/access-log";
import type { DisclosureBudget } from "../access/disclosure-budget";
import type { Elevations } from "../access/elevations";
import type { Pseudonyms } from "../vault/pseudonyms";
import type { Reader } from "../database/reader";
import type { Category } from "../domain/category";
import type { DeclaredPurpose, Principal } from "../domain/principal";
import type { Accounts } from "../identity/accounts";
import type { ApiTokens } from "../identity/api-tokens";
import type { Authenticator } from "../identity/authenticator";
import type { Principals } from "../identity/principals";
import type { SecondFactor } from "../identity/second-factor";
import type { Sessions } from "../identity/sessions";
import type { SignIn } from "../identity/sign-in";
import type { SignInThrottle } from "../identity/sign-in-throttle";
import type { SignedTokens } from "../identity/signed-tokens";
import type { Freezing } from "../identity/freezing";
import type { OAuth } from "../identity/oauth";
import type { Consents } from "../lifecycle/consents";
import type { Customers } from "../lifecycle/customers";
import type { Messages } from "../lifecycle/messages";
import type { Alerts } from "../monitoring/alerts";
import type { Standing } from "../policy/decide";
import type { Lift } from "../policy/gate";
import type { Policy } from "../policy/policy";
import type { PolicySource } from "../policy/policy-source";
import type { Shredder } from "../vault/shredding";
import type { ShredWatch } from "../vault/shred-watch";
import type { IndexState } from "../vault/blind-indexes";
import type { Vault } from "../vault/vault";
import type { Cursors } from "./cursors";

/** What the gateway works with; the same for all requests. */
export interface Services {
  /** The policy in force now. A request goes by the one that it began with: `GatewayContext.policy`. */
  readonly policy: Policy;
  readonly policies: PolicySource;
  readonly reader: Reader;
  readonly vault: Vault;
  readonly shredder: Shredder;
  readonly shredWatch: ShredWatch;
  readonly accessLog: AccessLog;
  readonly pseudonyms: Pseudonyms;
  readonly cursors: Cursors;
  readonly accounts: Accounts;
  readonly signIn: SignIn;
  readonly secondFactor: SecondFactor;
  readonly sessions: Sessions;
  readonly signedTokens: SignedTokens;
  readonly throttle: SignInThrottle;
  readonly apiTokens: ApiTokens;
  readonly freezing: Freezing;
  readonly oauth: OAuth;
  readonly authenticator: Authenticator;
  readonly principals: Principals;
  readonly elevations: Elevations;
  readonly budget: DisclosureBudget;
  readonly alerts: Alerts;
  readonly customers: Customers;
  readonly messages: Messages;
  readonly consents: Consents;
  readonly clock: () => number;
  /** Where causes go that a client never sees. */
  readonly logFault: (requestId: string, error: unknown) => void;
}

/** One request: who asks, why, and what follows from it for every row. */
export interface GatewayContext {
  readonly services: Services;
  readonly requestId: string;
  readonly ip: string | null;
  readonly nowMs: number;
  /** By which keys values are looked up: one state for the whole request, fresh when it came in. */
  readonly indexes: IndexState;
  readonly policy: Policy;
  readonly principal: Principal | null;
  readonly purpose: DeclaredPurpose | null;
  readonly standing: Standing;
  /** The categories that elevations of this caller lift now, for some customer. */
  readonly lifts: ReadonlySet<Category>;
  /** What they lift, by customer. */
  readonly liftOf: ReadonlyMap<string, Lift>;
  /** Equal for requests that every plan treats alike. */
  readonly standingKey: string;
}
