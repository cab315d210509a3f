import { StartupError } from "../../src/domain/errors";
import { readTrustedProxies } from "../../src/http/source";
import { logged } from "../identity/account-entries";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { addCustomer, addTenant } from "../support/records";

describe("the trusted proxies", () => {
  it.each([
    [undefined, []],
    ["", []],
    ["10.0.0.7", ["10.0.0.7"]],
    [" 10.0.0.0/8\t2001:db8::/32 \n::1 ", ["10.0.0.0/8", "2001:db8::/32", "::1"]],
  ])("are read from %j", (setting, networks) => {
    expect(readTrustedProxies(setting)).toEqual(networks);
  });

  it.each([
    "loopback",
    "10.0.0.7,10.0.0.8",
    "10.0.0",
    "0.0.0.0/0",
    "::/0",
    "10.0.0.0/33",
    "::1/129",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "10.0.0.0/",
    "10.0.0.0/08",
    "fe80::1%eth0",
    "true",
    "*",
    "1",
  ])("are not %s", (setting) => {
    expect(() => readTrustedProxies(setting)).toThrow(StartupError);
    expect(() => readTrustedProxies(setting)).toThrow(/FIELDWARD_TRUSTED_PROXIES/);
  });
});

describe.each<[string, string | undefined, string, string]>([
  ["nobody is trusted", undefined, "198.51.100.7", "127.0.0.1"],
  ["another is trusted", "10.0.0.7", "198.51.100.7", "127.0.0.1"],
  ["the sender is trusted", "127.0.0.1", "198.51.100.7", "198.51.100.7"],
  ["the sender's network is trusted", "127.0.0.0/8", "198.51.100.7", "198.51.100.7"],
  // What the client itself wrote comes first; the last that is not one of ours is who spoke to us.
  ["the client forges more", "127.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"],
  [
    "the way goes over two of ours",
    "127.0.0.1 10.0.0.7",
    "203.0.113.9, 198.51.100.7, 10.0.0.7",
    "198.51.100.7",
  ],
])("X-Forwarded-For, where %s", (_, trusted, forwarded, source) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    const [sqlite] = engines;
    if (sqlite === undefined) throw new Error("there is always SQLite");
    gateway = await openTestGateway(sqlite, { FIELDWARD_TRUSTED_PROXIES: trusted });
  });
  afterAll(() => gateway.close());

  it(`gives ${source} for ${forwarded}`, async () => {
    const { token } = await gateway.staff("support", "support");
    const tenantId = await addTenant(gateway, "larkfield");
    const { id } = await addCustomer(gateway, tenantId);
    const response = await fetch(gateway.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${token}`,
        "fieldward-purpose": "support",
        "x-forwarded-for": forwarded,
      },
      body: JSON.stringify({ query: `{ customer(id: "${id}") { name } }` }),
    });
    expect(response.status).toBe(200);
    expect((await logged(gateway, "READ")).at(-1)).toMatchObject({ ip: source });
  });
});
