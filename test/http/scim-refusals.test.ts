import { openOidcGateway, type OidcGateway } from "../identity/oidc-gateway";
import { TestProvider } from "../identity/oidc-provider";
import { engines } from "../support/engines";
import { ERROR, PATCH, ScimClient, SECRET, user, USER } from "./scim-client";

describe.each(engines)("a request to the SCIM service on $name", (engine) => {
  let provider: TestProvider;
  let gateway: OidcGateway;
  let client: ScimClient;

  beforeAll(async () => {
    provider = await TestProvider.start();
    gateway = await openOidcGateway(engine, provider, { FIELDWARD_SCIM_TOKEN: SECRET });
    client = new ScimClient(gateway);
  });
  afterAll(async () => {
    await gateway.close();
    await provider.stop();
  });

  it.each<[string, number, string | undefined, (name: string) => readonly [string, string, unknown?]]>([
    ["a known address", 409, "uniqueness", () => ["POST", "/Users", user("known", { externalId: "x1" })]],
    [
      "a known externalId",
      409,
      "uniqueness",
      () => ["POST", "/Users", user("x2", { externalId: "subject-known" })],
    ],
    [
      "no role of the policy",
      400,
      "invalidValue",
      (name) => ["POST", "/Users", user(name, { roles: [{ value: "king" }] })],
    ],
    ["no role", 400, "invalidValue", (name) => ["POST", "/Users", user(name, { roles: undefined })]],
    ["no address", 400, "invalidValue", () => ["POST", "/Users", user("x", { userName: "canary" })]],
    ["no userName", 400, "invalidValue", () => ["POST", "/Users", { ...user("x"), userName: undefined }]],
    ["active as a number", 400, "invalidValue", (name) => ["POST", "/Users", user(name, { active: 1 })]],
    ["an attribute twice", 400, "invalidSyntax", (name) => ["POST", "/Users", user(name, { Active: false })]],
    ["no schema", 400, "invalidSyntax", (name) => ["POST", "/Users", user(name, { schemas: [] })]],
    ["a list", 400, "invalidSyntax", () => ["POST", "/Users", []]],
    ["no JSON", 400, "invalidSyntax", () => ["POST", "/Users", "{canary"]],
    [
      "100 KB",
      400,
      "invalidSyntax",
      (name) => ["POST", "/Users", user(name, { title: "x".repeat(100_000) })],
    ],
    ["another filter", 400, "invalidFilter", () => ["GET", '/Users?filter=title%20eq%20"canary"']],
    [
      "a filter with more",
      400,
      "invalidFilter",
      () => ["GET", '/Users?filter=userName%20eq%20"canary"%20or%20active'],
    ],
    [
      "two filters",
      400,
      "invalidFilter",
      () => ["GET", '/Users?filter=userName%20eq%20"a"&filter=userName%20eq%20"b"'],
    ],
    ["a page that is no number", 400, "invalidValue", () => ["GET", "/Users?count=many"]],
    ["an unknown id", 404, undefined, () => ["GET", "/Users/canary"]],
    ["an unknown id to deactivate", 404, undefined, () => ["DELETE", "/Users/canary"]],
    ["another resource", 404, undefined, () => ["GET", "/Groups"]],
    [
      "no operations",
      400,
      "invalidSyntax",
      () => ["PATCH", "/Users/x", { schemas: [PATCH], Operations: [] }],
    ],
    [
      "an operation that is none",
      400,
      "invalidSyntax",
      () => ["PATCH", "/Users/x", { schemas: [PATCH], Operations: [{ op: "move" }] }],
    ],
    [
      "active removed",
      400,
      "invalidValue",
      () => ["PATCH", "/Users/x", { schemas: [PATCH], Operations: [{ op: "remove", path: "active" }] }],
    ],
  ])("is refused for %s in SCIM's form, which repeats no value", async (what, status, scimType, request) => {
    if (scimType === "uniqueness") await client.send("POST", "/Users", user("known"));
    const name = `refused-${what.replaceAll(/\W/g, "-").toLowerCase()}`;
    const answer = await client.send(...request(name));
    expect(answer).toMatchObject({ status, type: "application/scim+json; charset=utf-8" });
    expect(answer.body).toMatchObject({ schemas: [ERROR], status: String(status) });
    expect(answer.body?.["scimType"]).toBe(scimType);
    expect(JSON.stringify(answer.body)).not.toMatch(/canary|staff\.example\.com|subject-|king/);
    expect((await client.find(`userName eq "${name}@staff.example.com"`)).body).toMatchObject({
      totalResults: 0,
    });
  });

  it("is told what the service does", async () => {
    expect((await client.send("GET", "/ServiceProviderConfig")).body).toMatchObject({
      patch: { supported: true },
    });
    expect((await client.send("GET", "/ResourceTypes")).body).toMatchObject({ totalResults: 1 });
    expect((await client.send("GET", "/ResourceTypes/User")).body).toMatchObject({ endpoint: "/Users" });
    expect((await client.send("GET", "/Schemas")).body).toMatchObject({
      totalResults: 1,
      Resources: [{ id: USER }],
    });
    expect((await client.send("GET", `/Schemas/${USER}`)).body).toMatchObject({ id: USER });
  });

  it.each([
    ["no secret", {}],
    ["another", { authorization: `Bearer ${"x".repeat(SECRET.length)}` }],
    ["a part of it", { authorization: `Bearer ${SECRET.slice(0, -1)}` }],
    ["more than it", { authorization: `Bearer ${SECRET}x` }],
    ["another scheme", { authorization: `Basic ${SECRET}` }],
  ])("is answered nothing with %s", async (_, headers) => {
    const url = gateway.url.replace("/graphql", "/scim/v2");
    for (const path of ["/Users", "/ServiceProviderConfig", "/Schemas", "/Groups"]) {
      const response = await fetch(`${url}${path}`, { headers });
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe("Bearer");
      expect(await response.json()).toMatchObject({ schemas: [ERROR], status: "401" });
    }
  });

  it("needs the secret, which is good for nothing else", async () => {
    expect(await gateway.query({ token: SECRET }, "{ me { id } }")).toMatchObject({ status: 401 });
    const { token } = await gateway.staff("admin", "security");
    expect(await client.send("GET", "/Users", undefined, { authorization: `Bearer ${token}` })).toMatchObject(
      {
        status: 401,
      },
    );
  });
});
