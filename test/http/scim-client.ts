import type { TestGateway } from "../support/gateway";

export const SECRET = "a-secret-of-the-directory-0123456789";
export const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
export const PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
export const ERROR = "urn:ietf:params:scim:api:messages:2.0:Error";

interface ScimAnswer {
  readonly status: number;
  readonly type: string | null;
  readonly location: string | null;
  readonly body: Readonly<Record<string, unknown>> | null;
}

/** A user as a directory sends one. */
export function user(name: string, more: object = {}): object {
  return {
    schemas: [USER],
    userName: `${name}@staff.example.com`,
    displayName: `${name} Staff`,
    externalId: `subject-${name}`,
    active: true,
    roles: [{ value: "fw-support" }],
    ...more,
  };
}

/** The company's directory service, as the gateway meets it. */
export class ScimClient {
  constructor(private readonly gateway: Pick<TestGateway, "url">) {}

  async send(method: string, path: string, body?: unknown, more: object = {}): Promise<ScimAnswer> {
    const response = await fetch(this.gateway.url.replace("/graphql", `/scim/v2${path}`), {
      method,
      headers: { authorization: `Bearer ${SECRET}`, "content-type": "application/scim+json", ...more },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      type: response.headers.get("content-type"),
      location: response.headers.get("location"),
      body: text === "" ? null : (JSON.parse(text) as Record<string, unknown>),
    };
  }

  /** Makes a user and answers its id. */
  async create(name: string): Promise<string> {
    const { status, body } = await this.send("POST", "/Users", user(name));
    if (status !== 201) throw new Error(`the user was not made: ${String(status)}`);
    return String(body?.["id"]);
  }

  patch(id: string, ...operations: readonly object[]): Promise<ScimAnswer> {
    return this.send("PATCH", `/Users/${id}`, { schemas: [PATCH], Operations: operations });
  }

  find(filter: string): Promise<ScimAnswer> {
    return this.send("GET", `/Users?filter=${encodeURIComponent(filter)}`);
  }
}
