import type { PrincipalKind } from "./vocabulary";

/** Who asks. What it may see is the policy's business: a principal only says who it is and what it was given. */
export interface Principal {
  readonly id: string;
  readonly kind: PrincipalKind;
  /** The one tenant that a partner sees; `null` sees all. */
  readonly tenantId: string | null;
  /** Staff: a role of `policy/roles.yaml`. */
  readonly role: string | null;
  /** Partners: `<category>:<level>`, `<category>:lookup`, `<records>:write`. */
  readonly scopes: readonly string[];
  /** Partners: the purposes that the token was issued for. Staff have those of their role. */
  readonly purposes: readonly string[];
  readonly trainedUntil: Date | null;
  /** Staff: the session that is used; other credentials have none. */
  readonly sessionId?: string;
  /** A second factor is due and not set up: this principal may do that and nothing else. */
  readonly mustEnrol?: true;
}

/** Why the data is read, as declared with the request. */
export interface DeclaredPurpose {
  readonly purpose: string;
  /** The case that it is read for, such as a ticket number. */
  readonly caseId: string | null;
}

/** Whoever runs commands on the gateway's own machine. */
export const OPERATOR: Principal = {
  id: "operator",
  kind: "SYSTEM",
  tenantId: null,
  role: null,
  scopes: [],
  purposes: [],
  trainedUntil: null,
};

/** Whoever has not signed in, as far as a policy looks at them: they were given nothing. */
export const NOBODY: Principal = {
  id: "",
  kind: "SUBJECT",
  tenantId: null,
  role: null,
  scopes: [],
  purposes: [],
  trainedUntil: null,
};
