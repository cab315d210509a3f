import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from "jose";

interface Pair {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** How the provider answers: as it should, or in one of the ways in which a provider fails. */
type Behaviour =
  | "well"
  | "error"
  | "silent"
  | "huge"
  | "many keys"
  | "no JSON"
  | "another issuer"
  | "keys over http"
  | "redirect";

const padding = "x".repeat(300_000);

/** An OpenID provider of its own for a test, on a free port of 127.0.0.1. */
export class TestProvider {
  behaviour: Behaviour = "well";
  /** How often each document was asked for. */
  asked = { discovery: 0, keys: 0 };
  readonly pairs: Pair[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request.url ?? "", response);
    });
  }

  static async start(alg = "ES256"): Promise<TestProvider> {
    const provider = new TestProvider();
    await provider.listen(0);
    await provider.addKey(alg);
    return provider;
  }

  /** The issuer's URL; it stays where the provider is stopped and started again. */
  issuer = "";

  async listen(port = Number(new URL(this.issuer).port)): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
    this.issuer = `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async addKey(alg: string): Promise<Pair> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const kid = `key-${String(this.pairs.length + 1)}-${alg}`;
    const pair = {
      kid,
      alg,
      privateKey,
      publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" },
    };
    this.pairs.push(pair);
    return pair;
  }

  /** A new key in place of all that there were. */
  async rotate(): Promise<void> {
    this.pairs.length = 0;
    const made = await this.addKey("ES256");
    this.pairs[0] = {
      ...made,
      kid: `rotated-${made.kid}`,
      publicJwk: { ...made.publicJwk, kid: `rotated-${made.kid}` },
    };
  }

  /** Signs claims by the first key. */
  sign(claims: JWTPayload, header: Record<string, unknown> = {}, pair = this.pairs[0]): Promise<string> {
    if (pair === undefined) throw new Error("the provider has no key");
    const { alg, kid, privateKey } = pair;
    return new SignJWT(claims).setProtectedHeader({ alg, kid, typ: "at+jwt", ...header }).sign(privateKey);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
  }

  #answer(path: string, response: ServerResponse): void {
    const discovery = path.startsWith("/.well-known/openid-configuration");
    this.asked[discovery ? "discovery" : "keys"] += 1;
    if (this.behaviour === "silent") return;
    if (this.behaviour === "error") response.statusCode = 500;
    // Whoever follows finds what it looks for.
    if (this.behaviour === "redirect" && !path.endsWith("?moved"))
      response.writeHead(302, { location: `${this.issuer}${path}?moved` });
    const document = discovery ? this.#discovery() : this.#keys();
    response.end(this.behaviour === "no JSON" ? "<html>" : JSON.stringify(document));
  }

  #discovery(): object {
    const issuer = this.behaviour === "another issuer" ? `${this.issuer}/` : this.issuer;
    const place = this.behaviour === "keys over http" ? "http://keys.example.com" : this.issuer;
    return { issuer, jwks_uri: `${place}/keys` };
  }

  #keys(): object {
    const keys = this.pairs.map(({ publicJwk }) => publicJwk);
    if (this.behaviour === "huge") return { keys, padding };
    if (this.behaviour === "many keys") return { keys: Array.from({ length: 101 }, () => keys[0]) };
    return { keys };
  }
}
