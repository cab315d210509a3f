import { listen, type Answer, type LocalServer, type Received } from "./local-server";
import { VersionedAead } from "./versioned-aead";

const refused = (status: number, ...errors: string[]): Answer => ({ status, body: { errors } });

/** What the test and the server agree on. */
export const TRANSIT = {
  mount: "transit",
  key: "fieldward",
  token: "hvs.CAESIExampleTokenOfNobody",
} as const;

type Body = Readonly<Record<string, unknown>>;

/**
 * A key of Vault's transit engine, in memory: paths, bodies, states and texts as in its API documentation and in the engine's
 * source (`builtin/logical/transit`, 1.21).
 */
class TransitKey {
  readonly #aead = new VersionedAead();
  minDecryption = 1;
  minEncryption = 0;
  minAvailable = 0;

  encrypt({ plaintext }: Body): Answer {
    const { latest } = this.#aead;
    const box = this.#aead.seal(latest, Buffer.from(String(plaintext), "base64"), "");
    const ciphertext = `vault:v${String(latest)}:${box.toString("base64")}`;
    return { status: 200, body: { data: { ciphertext, key_version: latest } } };
  }

  decrypt({ ciphertext }: Body): Answer {
    const opened = this.#open(String(ciphertext));
    return Buffer.isBuffer(opened)
      ? { status: 200, body: { data: { plaintext: opened.toString("base64") } } }
      : opened;
  }

  rewrap({ ciphertext }: Body): Answer {
    const opened = this.#open(String(ciphertext));
    return Buffer.isBuffer(opened) ? this.encrypt({ plaintext: opened.toString("base64") }) : opened;
  }

  rotate(): Answer {
    this.#aead.add();
    return this.read();
  }

  read(): Answer {
    const data = {
      name: TRANSIT.key,
      type: "aes256-gcm96",
      latest_version: this.#aead.latest,
      min_available_version: this.minAvailable,
      min_decryption_version: this.minDecryption,
      min_encryption_version: this.minEncryption,
      keys: Object.fromEntries(this.#aead.versions.map((version) => [String(version), 1_781_524_800])),
    };
    return { status: 200, body: { data } };
  }

  configure(body: Body): Answer {
    const decryption = Number(body["min_decryption_version"] ?? this.minDecryption);
    const encryption = Number(body["min_encryption_version"] ?? this.minEncryption);
    if (Math.max(decryption, encryption) > this.#aead.latest) return refused(400, "cannot set min version");
    if (encryption > 0 && encryption < decryption) return refused(400, "cannot set min encryption version");
    this.minDecryption = decryption;
    this.minEncryption = encryption;
    return this.read();
  }

  trim(body: Body): Answer {
    const available = Number(body["min_available_version"]);
    if (this.minEncryption === 0) return refused(400, "minimum encryption version is not set");
    if (available < this.minAvailable || available > Math.min(this.minEncryption, this.minDecryption)) {
      return refused(400, "minimum available version cannot be greater than minimum decryption version");
    }
    this.minAvailable = available;
    for (const version of this.#aead.versions) if (version < available) this.#aead.destroy(version);
    return { status: 204 };
  }

  #open(ciphertext: string): Buffer | Answer {
    const [, version, box] = /^vault:v(\d+):(.*)$/.exec(ciphertext) ?? [];
    if (version === undefined || box === undefined) return refused(400, "invalid ciphertext: no prefix");
    if (Number(version) > this.#aead.latest) return refused(400, "invalid ciphertext: version is too new");
    if (Number(version) < this.minDecryption) {
      return refused(400, "ciphertext or signature version is disallowed by policy (too old)");
    }
    try {
      return this.#aead.open(Number(version), Buffer.from(box, "base64"), "");
    } catch {
      return refused(400, "invalid ciphertext: unable to decrypt");
    }
  }
}

/** A local Vault with one transit key. */
export interface TransitServer extends LocalServer {
  /** What a request must carry; a test may change it. */
  token: string;
  namespace: string | undefined;
  /** Answers this, or a redirect to there, instead of what the engine would. */
  answerInstead: unknown;
  redirectTo: string | undefined;
}

function answerOf(key: TransitKey, { method, url, body }: Received): Answer {
  const { mount, key: name } = TRANSIT;
  const given = typeof body === "object" && body !== null ? { ...body } : {};
  const answers: Readonly<Record<string, () => Answer>> = {
    [`POST /v1/${mount}/encrypt/${name}`]: () => key.encrypt(given),
    [`POST /v1/${mount}/decrypt/${name}`]: () => key.decrypt(given),
    [`POST /v1/${mount}/rewrap/${name}`]: () => key.rewrap(given),
    [`GET /v1/${mount}/keys/${name}`]: () => key.read(),
    [`POST /v1/${mount}/keys/${name}/rotate`]: () => key.rotate(),
    [`POST /v1/${mount}/keys/${name}/config`]: () => key.configure(given),
    [`POST /v1/${mount}/keys/${name}/trim`]: () => key.trim(given),
  };
  return answers[`${method} ${url.pathname}`]?.() ?? refused(404);
}

export async function transitServer(): Promise<TransitServer> {
  const key = new TransitKey();
  const answer = (request: Received): Answer => {
    const { "x-vault-token": token, "x-vault-namespace": namespace } = request.headers;
    if (token !== server.token || namespace !== server.namespace) {
      return refused(403, `permission denied for ${String(token)}`);
    }
    if (server.redirectTo !== undefined) return { status: 307, headers: { location: server.redirectTo } };
    return server.answerInstead === undefined
      ? answerOf(key, request)
      : { status: 200, body: server.answerInstead };
  };
  const local = await listen(answer, {
    throttled: {
      ...refused(429, "request path: rate limit quota exceeded"),
      headers: { "retry-after": "1" },
    },
    denied: refused(403, `1 error occurred:\n\t* permission denied for ${TRANSIT.token}\n\n`),
    broken: refused(503, "Vault is sealed"),
  });
  const server: TransitServer = Object.assign(local, {
    token: TRANSIT.token,
    namespace: undefined,
    answerInstead: undefined,
    redirectTo: undefined,
  });
  return server;
}
