import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { request, type RequestOptions } from "node:https";
import { join } from "node:path";
import { connect } from "node:tls";
import { StartupError } from "../../src/domain/errors";
import { REVOCATION_BOUND_MS } from "../../src/identity/authenticator";
import { readTls } from "../../src/http/tls";
import { ApiToken } from "../../src/domain/api-token";
import { parseToken } from "../../src/identity/token-format";
import { openOidcGateway, type OidcGateway } from "../identity/oidc-gateway";
import { TestProvider } from "../identity/oidc-provider";
import { engines } from "../support/engines";
import type { Caller } from "../support/gateway";
import { addTenant } from "../support/records";
import { CertificateMill, thumbprint, type Identity } from "./client-certificates";

const mill = new CertificateMill();
afterAll(() => {
  mill.remove();
});

interface Said {
  readonly status: number;
  readonly body: string;
}

describe.each(engines)("client certificates on $name", (engine) => {
  const authority = mill.authority();
  const stranger = mill.authority();
  const server = mill.server(authority);
  const client = mill.client(authority);
  let provider: TestProvider;
  let gateway: OidcGateway;
  let bound: Caller;
  let unbound: Caller;

  beforeAll(async () => {
    provider = await TestProvider.start();
    gateway = await openOidcGateway(engine, provider, {
      FIELDWARD_TLS_CERT: server.certPath,
      FIELDWARD_TLS_KEY: server.keyPath,
      FIELDWARD_TLS_CLIENT_CA: authority.certPath,
    });
    await addTenant(gateway, "larkfield");
    unbound = await gateway.partner("larkfield", ["traffic:clear"], ["support"]);
    bound = await gateway.partner("larkfield", ["traffic:clear"], ["support"]);
    const handle = parseToken(bound.token)?.handle ?? "";
    await gateway.fieldward.databases.data.write((manager) =>
      manager.update(ApiToken, { handle }, { certificateSha256: thumbprint(client) }),
    );
  });
  afterAll(async () => {
    await gateway.close();
    await provider.stop();
  });

  /** The answer, or the code that the connection broke with. */
  const ask = (
    caller: Caller,
    identity: Partial<Identity> = {},
    more: RequestOptions = {},
  ): Promise<Said | string> =>
    new Promise((resolve) => {
      const headers = {
        "content-type": "application/json",
        authorization: `Bearer ${caller.token}`,
        "fieldward-purpose": "support",
        connection: "close",
      };
      const options = {
        method: "POST",
        headers,
        ca: authority.cert,
        agent: false as const,
        ...identity,
        ...more,
      };
      const sent = request(gateway.url, options, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString("utf8") });
        });
      });
      sent.on("error", (error: NodeJS.ErrnoException) => {
        resolve(error.code ?? "error");
      });
      sent.end(JSON.stringify({ query: "{ me { kind } }" }));
    });

  it("are not asked of a token that is bound to none", async () => {
    expect(gateway.url).toMatch(/^https:/);
    expect(await ask(unbound)).toMatchObject({ status: 200 });
    expect(await ask(unbound, client)).toMatchObject({ status: 200 });
  });

  it.each(["TLSv1.2", "TLSv1.3"] as const)("are what a bound token counts over, by %s", async (version) => {
    const only = { minVersion: version, maxVersion: version };
    expect(await ask(bound, client, only)).toMatchObject({ status: 200 });
    expect(await ask(bound, {}, only)).toMatchObject({ status: 401 });
    expect(await ask(bound, mill.client(authority), only)).toMatchObject({ status: 401 });
    // What was found good over one connection is asked for again over the next.
    expect(await ask(bound, client, only)).toMatchObject({ status: 200 });
  });

  it.each(["TLSv1.2", "TLSv1.3"] as const)(
    "end the connection where they are not of the authority, by %s",
    async (version) => {
      const only = { minVersion: version, maxVersion: version };
      for (const identity of [
        mill.client(stranger),
        mill.wrongUse(authority),
        mill.client(authority, "-1"),
      ]) {
        expect(await ask(unbound, identity, only)).toMatch(/^(?:ECONNRESET|EPIPE)$/);
        expect(await ask(bound, identity, only)).toMatch(/^(?:ECONNRESET|EPIPE)$/);
      }
    },
  );

  it("are shown anew by each connection: none is resumed", async () => {
    const { hostname: host, port } = new URL(gateway.url);
    const reused = (session?: Buffer): Promise<{ reused: boolean; session: Buffer | undefined }> =>
      new Promise((resolve, reject) => {
        const options = { host, port: Number(port), ca: authority.cert, maxVersion: "TLSv1.2" as const };
        const socket = connect(
          { ...options, cert: client.cert, key: client.key, ...(session && { session }) },
          () => {
            resolve({ reused: socket.isSessionReused(), session: socket.getSession() });
            socket.destroy();
          },
        );
        socket.on("error", reject);
      });
    const first = await reused();
    expect(first.reused).toBe(false);
    expect((await reused(first.session)).reused).toBe(false);
  });

  it("bind tokens of the identity provider too", async () => {
    const x5t = createHash("sha256")
      .update(Buffer.from(thumbprint(client), "hex"))
      .digest("base64url");
    const own = Buffer.from(thumbprint(client), "hex").toString("base64url");
    const token = await gateway.tokenOf("bound", { cnf: { "x5t#S256": own } });
    expect(await ask({ token }, client)).toMatchObject({ status: 200 });
    expect(await ask({ token })).toMatchObject({ status: 401 });
    const other = await gateway.tokenOf("bound", { cnf: { "x5t#S256": x5t } });
    expect(await ask({ token: other }, client)).toMatchObject({ status: 401 });
    gateway.clock.forward(REVOCATION_BOUND_MS);
    expect(await ask({ token })).toMatchObject({ status: 401 });
  });
});

describe("the TLS settings", () => {
  const authority = mill.authority();
  const server = mill.server(authority);
  const given = { FIELDWARD_TLS_CERT: server.certPath, FIELDWARD_TLS_KEY: server.keyPath };
  const file = (name: string, content: string): string => {
    const path = join(mill.directory, name);
    writeFileSync(path, content);
    return path;
  };

  it("take certificate and key together only", () => {
    expect(() => readTls({ FIELDWARD_TLS_CERT: "cert.pem" })).toThrow(/set both/);
    expect(() => readTls({ FIELDWARD_TLS_KEY: "key.pem" })).toThrow(/set both/);
    expect(readTls({})).toBeNull();
    expect(readTls(given)).toMatchObject({ clientCa: null });
  });

  it("take several authorities, and text between them", () => {
    const both = `first\n${authority.cert}\nsecond\n${mill.authority().cert}`;
    const read = readTls({ ...given, FIELDWARD_TLS_CLIENT_CA: file("both.pem", both) });
    expect(read?.clientCa?.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  });

  it.each([
    ["an authority without TLS", () => ({ FIELDWARD_TLS_CLIENT_CA: authority.certPath }), /needs TLS/],
    [
      "a file that is not there",
      () => ({ ...given, FIELDWARD_TLS_CERT: "/nowhere.pem" }),
      /FIELDWARD_TLS_CERT names/,
    ],
    ["another's key", () => ({ ...given, FIELDWARD_TLS_KEY: authority.keyPath }), /certificate and its key/],
    [
      "no certificate",
      () => ({ ...given, FIELDWARD_TLS_CERT: file("bad.pem", "bad") }),
      /certificate and its key/,
    ],
    ["no authority", () => ({ ...given, FIELDWARD_TLS_CLIENT_CA: file("none.pem", "") }), /authorities/],
    [
      "a server as an authority",
      () => ({ ...given, FIELDWARD_TLS_CLIENT_CA: server.certPath }),
      /authorities/,
    ],
  ] as const)("stop the start for %s", (_, settings, said) => {
    expect(() => readTls(settings())).toThrow(StartupError);
    expect(() => readTls(settings())).toThrow(said);
  });
});
