import type { AccessLog } from "../audit/access-log";
import type { Pseudonyms } from "../vault/pseudonyms";
import type { Reader } from "../database/reader";
import type { DeclaredPurpose, Principal } from "../domain/principal";
import type { Accounts } from "../identity/accounts";
import type { Authenticator } from "../identity/authenticator";
import type { Consents } from "../lifecycle/consents";
import type { Customers } from "../lifecycle/customers";
import type { Messages } from "../lifecycle/messages";
import type { Standing } from "../policy/decide";
import type { Policy } from "../policy/policy";
import type { Shredder } from "../vault/shredding";
import type { ShredWatch } from "../vault/shred-watch";
import type { IndexState } from "../vault/blind-indexes";
import type { Vault } from "../vault/vault";
import type { Cursors } from "./cursors";

/** What the gateway works with; the same for all requests. */
export interface Services {
  readonly policy: Policy;
  readonly reader: Reader;
  readonly vault: Vault;
  readonly shredder: Shredder;
  readonly shredWatch: ShredWatch;
  readonly accessLog: AccessLog;
  readonly pseudonyms: Pseudonyms;
  readonly cursors: Cursors;
  readonly accounts: Accounts;
  readonly authenticator: Authenticator;
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
  readonly principal: Principal | null;
  readonly purpose: DeclaredPurpose | null;
  readonly standing: Standing;
  /** Equal for requests that every plan treats alike. */
  readonly standingKey: string;
}
