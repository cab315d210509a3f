import { readFile } from "node:fs/promises";
import { areEqual, sha256 } from "../../crypto/derive";
import { KEY_BYTES } from "../../crypto/suites";
import { StartupError } from "../../domain/errors";
import type { KeyProvider, ProviderKey, ProviderWrapped } from "../key-provider";
import { requestJson, type JsonRequest } from "./bounded-json";
import { errorCode } from "./error-code";
import { BoundedCalls, ProviderFault, type CallLimits } from "./provider-call";
import type { ProviderSpec } from "./provider-spec";

/** How Vault is spoken to. */
export interface TransitOptions extends CallLimits {
  readonly transitToken?: string | undefined;
  /** Read again at each call: an agent renews what is in it. */
  readonly transitTokenFile?: string | undefined;
  readonly transitNamespace?: string | undefined;
}

type TransitSpec = Extract<ProviderSpec, { provider: "vault-transit" }>;

const NAME = "vault-transit";
const CONTEXT_BYTES = 32;

/** Visible ASCII: what a header can hold. fetch() would repeat anything else in its error. */
const HEADER_VALUE = /^[\x21-\x7e]+$/;
const CIPHERTEXT = /^vault:v([1-9]\d{0,8}):((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/;

type Fields = Partial<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function malformed(): ProviderFault {
  return new ProviderFault("ANSWER_MALFORMED", false);
}

/** The `data` of an answer. */
function dataOf(answer: unknown): Fields {
  const data = isFields(answer) ? answer["data"] : undefined;
  if (!isFields(data)) throw malformed();
  return data;
}

function textOf(data: Fields, field: string): string {
  const value = data[field];
  if (typeof value !== "string") throw malformed();
  return value;
}

function versionOf(data: Fields, field: string): number {
  const value = data[field];
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw malformed();
  return value;
}

/** Where Vault is, and the headers of each request. */
class TransitClient {
  readonly #mount: string;
  readonly #calls: BoundedCalls;

  constructor(
    spec: TransitSpec,
    private readonly options: TransitOptions,
  ) {
    this.#mount = `${spec.origin}/v1/${spec.mount}`;
    this.#calls = new BoundedCalls(NAME, options, () => new ProviderFault("UNKNOWN", false));
  }

  get(operation: string, path: string): Promise<unknown> {
    return this.#send(operation, { method: "GET", url: `${this.#mount}/${path}` });
  }

  post(operation: string, path: string, body: Readonly<Record<string, string | number>>): Promise<unknown> {
    return this.#send(operation, {
      method: "POST",
      url: `${this.#mount}/${path}`,
      body: JSON.stringify(body),
    });
  }

  /** Work on an answer whose failures end as those of a call do. */
  check<T>(operation: string, work: () => T): Promise<T> {
    return this.#calls.run(operation, () => Promise.resolve().then(work));
  }

  #send(operation: string, request: Omit<JsonRequest, "headers">): Promise<unknown> {
    return this.#calls.run(operation, async (signal) =>
      requestJson({ ...request, headers: await this.#headers() }, signal),
    );
  }

  async #headers(): Promise<Record<string, string>> {
    const { transitNamespace } = this.options;
    return {
      "content-type": "application/json",
      "x-vault-request": "true",
      "x-vault-token": await this.#token(),
      ...(transitNamespace === undefined ? {} : { "x-vault-namespace": transitNamespace }),
    };
  }

  async #token(): Promise<string> {
    const { transitToken, transitTokenFile } = this.options;
    const token = transitTokenFile === undefined ? transitToken : await tokenIn(transitTokenFile);
    if (token === undefined || !HEADER_VALUE.test(token)) throw new ProviderFault("TOKEN_MALFORMED", false);
    return token;
  }
}

async function tokenIn(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    throw new ProviderFault(`TOKEN_FILE_${errorCode(error) ?? "UNKNOWN"}`, false);
  }
}

/**
 * A key of HashiCorp Vault's transit engine, or OpenBao's. What it encrypts is `SHA-256(context) (32) ‖ key (32)`: rewrap
 * takes no associated data, so that the context is bound inside, and rewrapping leaves the key in Vault. `wrapped` is the
 * text `vault:v3:…` as Vault gives it.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/transit
 */
class VaultTransit implements KeyProvider {
  readonly name = NAME;
  readonly #key: string;
  readonly #keyId: string;
  readonly #client: TransitClient;

  constructor(spec: TransitSpec, options: TransitOptions) {
    this.#key = spec.key;
    this.#keyId = `${spec.mount}/${spec.key}`;
    this.#client = new TransitClient(spec, options);
  }

  async wrap(context: string, key: Uint8Array): Promise<ProviderWrapped> {
    const bound = Buffer.concat([sha256(context), key]);
    const plaintext = bound.toString("base64");
    bound.fill(0);
    return this.#wrapped("wrap", await this.#client.post("wrap", `encrypt/${this.#key}`, { plaintext }));
  }

  async unwrap(context: string, wrapped: ProviderWrapped): Promise<Buffer> {
    const ciphertext = await this.#ciphertext("unwrap", wrapped);
    const answer = await this.#client.post("unwrap", `decrypt/${this.#key}`, { ciphertext });
    return this.#client.check("unwrap", () => {
      const bound = Buffer.from(textOf(dataOf(answer), "plaintext"), "base64");
      try {
        return keyIn(bound, context);
      } finally {
        bound.fill(0);
      }
    });
  }

  /** In Vault: the key does not leave it. So the context is not compared, but it is still bound to the key. */
  async rewrap(_context: string, wrapped: ProviderWrapped): Promise<ProviderWrapped> {
    const ciphertext = await this.#ciphertext("rewrap", wrapped);
    return this.#wrapped("rewrap", await this.#client.post("rewrap", `rewrap/${this.#key}`, { ciphertext }));
  }

  async health(): Promise<ProviderKey> {
    const { latest } = await this.#versions("health");
    return this.#keyOf(latest);
  }

  async rotate(): Promise<ProviderKey> {
    await this.#client.post("rotate", `keys/${this.#key}/rotate`, {});
    const { latest } = await this.#versions("rotate");
    return this.#keyOf(latest);
  }

  /**
   * Vault destroys from the oldest on, so every version below the lowest that is kept. Trimming asks for a minimum of
   * encryption as well, which changes nothing here: the latest version encrypts.
   */
  async destroyAllBut(versions: ReadonlySet<string>): Promise<readonly string[]> {
    const { latest, available, minEncryption } = await this.#versions("destroy");
    const kept = [...versions].map(Number).filter((version) => version >= 1 && version <= latest);
    const lowest = Math.min(latest, ...kept);
    if (lowest <= available) return [];
    await this.#client.post("destroy", `keys/${this.#key}/config`, {
      min_decryption_version: lowest,
      min_encryption_version: Math.max(lowest, minEncryption),
    });
    await this.#client.post("destroy", `keys/${this.#key}/trim`, { min_available_version: lowest });
    return Array.from({ length: lowest - available }, (_, index) => String(available + index));
  }

  async #versions(operation: string) {
    const answer = await this.#client.get(operation, `keys/${this.#key}`);
    return this.#client.check(operation, () => {
      const data = dataOf(answer);
      return {
        latest: versionOf(data, "latest_version"),
        minEncryption: versionOf(data, "min_encryption_version"),
        // 0 until the key is trimmed for the first time; versions count from 1.
        available: Math.max(1, versionOf(data, "min_available_version")),
      };
    });
  }

  #keyOf(version: number): ProviderKey {
    return { keyId: this.#keyId, keyVersion: String(version) };
  }

  #wrapped(operation: string, answer: unknown): Promise<ProviderWrapped> {
    return this.#client.check(operation, () => {
      const ciphertext = textOf(dataOf(answer), "ciphertext");
      const version = CIPHERTEXT.exec(ciphertext)?.[1];
      if (version === undefined) throw malformed();
      return { ...this.#keyOf(Number(version)), wrapped: Buffer.from(ciphertext, "latin1") };
    });
  }

  /** The text to send; refused here where it is not what Vault gave, so that nothing else goes there. */
  #ciphertext(operation: string, { keyId, keyVersion, wrapped }: ProviderWrapped): Promise<string> {
    return this.#client.check(operation, () => {
      if (keyId !== this.#keyId) throw new ProviderFault("WRAPPED_ELSEWHERE", false);
      const text = Buffer.from(wrapped).toString("latin1");
      const [, version, base64 = ""] = CIPHERTEXT.exec(text) ?? [];
      // Base64 has spare bits in its last letter, which Vault ignores: compared, no other text opens.
      const isCanonical = Buffer.from(base64, "base64").toString("base64") === base64;
      if (version !== keyVersion || !isCanonical) throw new ProviderFault("WRAPPED_MALFORMED", false);
      return text;
    });
  }
}

/** The key in an opened `SHA-256(context) ‖ key`, as a copy. */
function keyIn(bound: Buffer, context: string): Buffer {
  if (bound.length !== CONTEXT_BYTES + KEY_BYTES) throw malformed();
  if (!areEqual(bound.subarray(0, CONTEXT_BYTES), sha256(context))) {
    throw new ProviderFault("WRAPPED_FOR_ANOTHER_USE", false);
  }
  return Buffer.from(bound.subarray(CONTEXT_BYTES));
}

/** @throws StartupError where there is no token to speak to Vault with. */
export function openVaultTransit(spec: TransitSpec, options: TransitOptions): KeyProvider {
  if (options.transitToken === undefined && options.transitTokenFile === undefined) {
    throw new StartupError("The key provider vault-transit needs a token, or a file that holds one.");
  }
  return new VaultTransit(spec, options);
}
