import { sqlAuditStore } from "../../src/audit/sql-audit-store";
import type { Answer, Caller, TestGateway } from "../support/gateway";

const TOKEN = `id name tenantId scopes purposes createdAt expiresAt lastUsedAt revokedAt frozenAt allowedIps
  certificateSha256 previousSecretUntil createdBy`;
export const CREATE = `mutation Create($input: CreateTokenInput!) { createApiToken(input: $input) { secret token { ${TOKEN} } } }`;
export const ROTATE = `mutation ($id: ID!, $grace: Int, $days: Int) {
  rotateApiToken(id: $id, graceHours: $grace, expiresInDays: $days) { secret token { ${TOKEN} } } }`;
export const REVOKE = `mutation ($id: ID!) { revokeApiToken(id: $id) { ${TOKEN} } }`;
export const FREEZE = `mutation ($id: ID!, $reason: String!) { freezePrincipal(id: $id, reason: $reason) }`;
export const LIST = `query ($tenantId: ID) { apiTokens(tenantId: $tenantId) { ${TOKEN} } }`;

export interface Shown {
  readonly id: string;
  readonly expiresAt: string;
  readonly [field: string]: unknown;
}
export interface Issued {
  readonly secret: string;
  readonly token: Shown;
}

/** Where tokens are managed, and by whom. */
export interface Place {
  readonly gateway: TestGateway;
  readonly admin: Caller;
  readonly larkfield: string;
}

/** What somebody who manages tokens does, at a place that is known once the test runs. */
export function deskAt(at: () => Place) {
  const inputOf = (given: object = {}) => ({
    tenantId: at().larkfield,
    name: "campaign tool",
    scopes: ["contact:masked", "messages:write"],
    purposes: ["support"],
    expiresInDays: 30,
    ...given,
  });
  const fieldOf = (answer: Answer, field: string): unknown => {
    if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
    return answer.data?.[field];
  };
  const create = async (given: object = {}): Promise<Issued> =>
    fieldOf(
      await at().gateway.query(at().admin, CREATE, { input: inputOf(given) }),
      "createApiToken",
    ) as Issued;
  const list = async (tenantId?: string): Promise<Shown[]> =>
    fieldOf(await at().gateway.query(at().admin, LIST, { tenantId }), "apiTokens") as Shown[];
  const shown = async (id: string): Promise<Shown | undefined> =>
    (await list()).find((token) => token.id === id);
  const codeOf = (answer: Answer): unknown => answer.errors?.[0]?.extensions["code"];
  const works = async (token: string): Promise<boolean> =>
    (await at().gateway.query({ token }, "{ me { id } }")).status === 200;
  const principalOf = async (caller: Caller): Promise<string> => {
    const principal = await at().gateway.fieldward.services.authenticator.authenticate(
      `Bearer ${caller.token}`,
    );
    return principal?.id ?? "";
  };
  const changesOf = async (about: string): Promise<unknown[]> => {
    const log = sqlAuditStore(at().gateway.fieldward.databases.audit);
    const found = await Promise.all(
      (await log.writers()).map((writer) => log.entriesFrom(writer, 0, 10_000)),
    );
    const entries = found
      .flat()
      .map(({ entry }) => JSON.parse(Buffer.from(entry).toString()) as Record<string, unknown>);
    return entries
      .filter((entry) => entry["kind"] === "ACCOUNTS" && entry["about"] === about)
      .map(({ actor, outcome }) => ({ actor, outcome }));
  };
  return { inputOf, fieldOf, create, list, shown, codeOf, works, principalOf, changesOf };
}
