import { sqlAuditStore } from "../../src/audit/sql-audit-store";
import type { IssuedToken, WantedToken } from "../../src/identity/api-tokens";
import type { TestGateway } from "../support/gateway";
import { parseToken } from "../../src/identity/token-format";

/** An answer of an OAuth endpoint. */
export interface OAuthAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The two halves of client credentials, as an API token has them. */
export function credentialsOf(token: string): readonly [id: string, secret: string] {
  const parts = parseToken(token);
  if (parts === undefined) throw new Error("that is no API token");
  return [`fw_${parts.tenant}_${parts.handle}`, parts.secret];
}

/** HTTP Basic of a client. */
export function basic(id: string, secret: string): string {
  const encoded = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`;
  return `Basic ${Buffer.from(encoded).toString("base64")}`;
}

/** The address of something else than /graphql of a gateway. */
export function at({ url }: Pick<TestGateway, "url">, path: string): string {
  return new URL(path, url).href;
}

/** Sends a form to an endpoint; a string is sent as it is. */
export async function post(
  gateway: Pick<TestGateway, "url">,
  path: string,
  form: Readonly<Record<string, string>> | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<OAuthAnswer> {
  const body = typeof form === "string" ? form : new URLSearchParams(form).toString();
  const type = { "content-type": "application/x-www-form-urlencoded" };
  const response = await fetch(at(gateway, path), { method: "POST", headers: { ...type, ...headers }, body });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: JSON.parse(text) as Record<string, unknown>,
  };
}

/** Gets an access token for an API token. */
export async function accessTokenFor(
  gateway: Pick<TestGateway, "url">,
  token: string,
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const form = { grant_type: "client_credentials", ...more };
  const { status, body } = await post(gateway, "/oauth/token", form, {
    authorization: basic(...credentialsOf(token)),
  });
  if (status !== 200) throw new Error(`no access token: ${JSON.stringify(body)}`);
  return String(body["access_token"]);
}

/** What the tokens of these tests may do. */
export const SCOPES = ["contact:clear", "contact:lookup", "traffic:clear"];

/** What clients do at a gateway that is known once the test runs. */
export function clientsAt(gateway: () => TestGateway) {
  const services = () => gateway().fieldward.services;
  const issue = (given: Partial<WantedToken> = {}): Promise<IssuedToken> =>
    services().apiTokens.issue({
      tenantSlug: "larkfield",
      name: "app",
      scopes: SCOPES,
      purposes: ["support"],
      expiresInDays: 30,
      ...given,
    });
  const me = async (token: string) => {
    const { data, errors } = await gateway().query({ token }, "{ me { id kind scopes } }");
    return { me: data?.["me"], code: errors?.[0]?.extensions["code"] };
  };
  const basicOf = (token: string) => ({ authorization: basic(...credentialsOf(token)) });
  const entries = async (): Promise<Record<string, unknown>[]> => {
    const log = sqlAuditStore(gateway().fieldward.databases.audit);
    const found = await Promise.all(
      (await log.writers()).map((writer) => log.entriesFrom(writer, 0, 10_000)),
    );
    return found
      .flat()
      .map(({ entry }) => JSON.parse(Buffer.from(entry).toString()) as Record<string, unknown>);
  };
  const entriesOf = async (actor: string) => (await entries()).filter((entry) => entry["actor"] === actor);
  return { services, issue, me, basicOf, entriesOf, entries };
}
