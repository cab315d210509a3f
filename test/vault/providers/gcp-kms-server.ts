import { generateKeyPairSync, verify } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32c } from "../../../src/vault/providers/crc32c";
import { listen, type Answer, type LocalServer, type Received } from "./local-server";
import { VersionedAead } from "./versioned-aead";

/** What the test and the server agree on. */
export const GCP = {
  name: "projects/fieldward-example/locations/europe-west1/keyRings/gateway/cryptoKeys/root",
  account: "gateway@fieldward-example.iam.gserviceaccount.com",
} as const;

/** Enumerations travel as numbers: the client asks for `$alt=json;enum-encoding=int`. */
export const STATE = {
  ENABLED: 1,
  DISABLED: 2,
  DESTROYED: 3,
  DESTROY_SCHEDULED: 4,
  PENDING_GENERATION: 5,
} as const;
const PAGE = 2;

const refused = (code: number, status: string, message: string): Answer => ({
  status: code,
  body: { error: { code, status, message } },
});

interface Body {
  readonly plaintext?: string;
  readonly plaintextCrc32c?: string;
  readonly ciphertext?: string;
  readonly ciphertextCrc32c?: string;
  readonly additionalAuthenticatedData?: string;
  readonly additionalAuthenticatedDataCrc32c?: string;
  readonly cryptoKeyVersionId?: string;
}

const isIntact = (base64: string | undefined, checksum: string | undefined): boolean =>
  checksum === String(crc32c(Buffer.from(base64 ?? "", "base64")));

/** A symmetric key of Cloud KMS, in memory. */
class CryptoKey {
  readonly #aead = new VersionedAead();
  readonly states = new Map<number, number>([[1, STATE.ENABLED]]);
  primary = 1;
  /** How often a new version is still looked at in vain, as one in an HSM is. */
  generationLooks = 0;
  /** Breaks each answer on its way back, for so many answers. */
  brokenAnswers = 0;
  /** A field that encrypt does not answer. */
  leftOut: string | undefined;
  name: string = GCP.name;

  /** A ciphertext: version (4, big endian) ‖ box. */
  encrypt(body: Body): Answer {
    const version = Buffer.alloc(4);
    version.writeUInt32BE(this.primary);
    const aad = body.additionalAuthenticatedData ?? "";
    const box = this.#aead.seal(this.primary, Buffer.from(body.plaintext ?? "", "base64"), aad);
    const ciphertext = Buffer.concat([version, box]);
    const answer = {
      name: this.nameOf(this.primary),
      ciphertext: this.#onTheWire(ciphertext),
      ciphertextCrc32c: String(crc32c(ciphertext)),
      verifiedPlaintextCrc32c: isIntact(body.plaintext, body.plaintextCrc32c),
      verifiedAdditionalAuthenticatedDataCrc32c: isIntact(
        body.additionalAuthenticatedData,
        body.additionalAuthenticatedDataCrc32c,
      ),
      protectionLevel: 1,
    };
    const told = Object.entries(answer).filter(([field]) => field !== this.leftOut);
    return { status: 200, body: Object.fromEntries(told) };
  }

  decrypt(body: Body): Answer {
    if (!isIntact(body.ciphertext, body.ciphertextCrc32c)) return refused(400, "INVALID_ARGUMENT", "crc32c");
    const unreadable = refused(400, "INVALID_ARGUMENT", "Decryption failed: the ciphertext is invalid.");
    try {
      const ciphertext = Buffer.from(body.ciphertext ?? "", "base64");
      const version = ciphertext.readUInt32BE();
      if (this.states.get(version) !== STATE.ENABLED) return unreadable;
      const plaintext = this.#aead.open(
        version,
        ciphertext.subarray(4),
        body.additionalAuthenticatedData ?? "",
      );
      const answer = {
        plaintext: this.#onTheWire(plaintext),
        plaintextCrc32c: String(crc32c(plaintext)),
        usedPrimary: version === this.primary,
        protectionLevel: 1,
      };
      return { status: 200, body: answer };
    } catch {
      return unreadable;
    }
  }

  read(): Answer {
    return { status: 200, body: { name: this.name, purpose: 1, primary: this.#version(this.primary) } };
  }

  readVersion(version: number): Answer {
    if (!this.states.has(version)) return refused(404, "NOT_FOUND", "no such version");
    if (this.generationLooks > 0) this.generationLooks -= 1;
    if (this.generationLooks === 0 && this.states.get(version) === STATE.PENDING_GENERATION) {
      this.states.set(version, STATE.ENABLED);
    }
    return { status: 200, body: this.#version(version) };
  }

  list(pageToken: string): Answer {
    const first = Number(pageToken);
    const versions = [...this.states.keys()].slice(first, first + PAGE);
    const next = first + PAGE < this.states.size ? { nextPageToken: String(first + PAGE) } : {};
    const cryptoKeyVersions = versions.map((version) => this.#version(version));
    return { status: 200, body: { cryptoKeyVersions, totalSize: this.states.size, ...next } };
  }

  create(): Answer {
    const version = this.#aead.add();
    this.states.set(version, this.generationLooks > 0 ? STATE.PENDING_GENERATION : STATE.ENABLED);
    return { status: 200, body: this.#version(version) };
  }

  makePrimary({ cryptoKeyVersionId }: Body): Answer {
    if (this.states.get(Number(cryptoKeyVersionId)) !== STATE.ENABLED) {
      return refused(400, "FAILED_PRECONDITION", "The version is not enabled.");
    }
    this.primary = Number(cryptoKeyVersionId);
    return this.read();
  }

  destroy(version: number): Answer {
    this.states.set(version, STATE.DESTROY_SCHEDULED);
    this.#aead.destroy(version);
    return { status: 200, body: this.#version(version) };
  }

  nameOf(version: number): string {
    return `${this.name}/cryptoKeyVersions/${String(version)}`;
  }

  #version(version: number) {
    return { name: this.nameOf(version), state: this.states.get(version), protectionLevel: 1, algorithm: 1 };
  }

  #onTheWire(bytes: Buffer): string {
    const sent = Buffer.from(bytes);
    if (this.brokenAnswers > 0) {
      this.brokenAnswers -= 1;
      sent[0] = (sent[0] ?? 0) ^ 1;
    }
    return sent.toString("base64");
  }
}

function answerOf(key: CryptoKey, { method, url, body }: Received): Answer {
  if (!url.search.includes("enum-encoding")) return refused(400, "INVALID_ARGUMENT", "only numbers here");
  const given: Body = typeof body === "object" && body !== null ? body : {};
  const version = Number(/cryptoKeyVersions\/(\d+)/.exec(url.pathname)?.[1] ?? 0);
  const keyPath = `/v1/${GCP.name}`;
  const versionPath = `/v1/${key.nameOf(version)}`;
  const answers: Readonly<Record<string, () => Answer>> = {
    [`POST ${keyPath}:encrypt`]: () => key.encrypt(given),
    [`POST ${keyPath}:decrypt`]: () => key.decrypt(given),
    [`GET ${keyPath}`]: () => key.read(),
    [`GET ${keyPath}/cryptoKeyVersions`]: () => key.list(url.searchParams.get("pageToken") ?? "0"),
    [`POST ${keyPath}/cryptoKeyVersions`]: () => key.create(),
    [`POST ${keyPath}:updatePrimaryVersion`]: () => key.makePrimary(given),
    [`GET ${versionPath}`]: () => key.readVersion(version),
    [`POST ${versionPath}:destroy`]: () => key.destroy(version),
  };
  return answers[`${method} ${url.pathname}`]?.() ?? refused(404, "NOT_FOUND", "no such path");
}

/** The key of the service account: one for all servers, since the client looks for its file when it is first needed. */
const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
const privateKey = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();

/** Whether a bearer token is a JWT that the service account signed for Cloud KMS. @see RFC 7519, AIP-4111 */
function isSigned(authorization: string | undefined): boolean {
  const [header = "", claims = "", signature = ""] = (authorization ?? "").replace(/^Bearer /, "").split(".");
  const input = Buffer.from(`${header}.${claims}`);
  if (!verify("sha256", input, pair.publicKey, Buffer.from(signature, "base64url"))) return false;
  const text = Buffer.from(claims, "base64url").toString("utf8");
  return text.includes(`"iss":"${GCP.account}"`) && text.includes("https://www.googleapis.com/auth/cloudkms");
}

/** A local Cloud KMS with one key, and the file of a service account that it knows. */
export interface GcpServer extends LocalServer {
  readonly key: CryptoKey;
  readonly credentialsFile: string;
  readonly privateKey: string;
}

export async function gcpServer(): Promise<GcpServer> {
  const directory = mkdtempSync(join(tmpdir(), "fieldward-gcp-"));
  const credentialsFile = join(directory, "service-account.json");
  writeFileSync(
    credentialsFile,
    JSON.stringify({
      type: "service_account",
      project_id: "fieldward-example",
      private_key_id: "0123456789abcdef",
      private_key: privateKey,
      client_email: GCP.account,
    }),
  );
  const key = new CryptoKey();
  const local = await listen(
    (request) =>
      isSigned(request.headers.authorization)
        ? answerOf(key, request)
        : refused(401, "UNAUTHENTICATED", "Request had invalid authentication credentials."),
    {
      throttled: refused(
        429,
        "RESOURCE_EXHAUSTED",
        "Quota exceeded for quota metric 'Cryptographic requests'",
      ),
      denied: refused(403, "PERMISSION_DENIED", `Permission denied on resource '${GCP.name}'`),
      broken: refused(503, "UNAVAILABLE", "The service is currently unavailable."),
    },
  );
  const stop = local.close;
  const close = async (): Promise<void> => {
    rmSync(directory, { recursive: true, force: true });
    await stop();
  };
  return Object.assign(local, { key, credentialsFile, privateKey, close });
}
