import type { KeyManagementServiceClient, protos } from "@google-cloud/kms";
import { StartupError } from "../../domain/errors";
import type { KeyProvider, ProviderKey, ProviderWrapped } from "../key-provider";
import { CheckedCipher, versionOf } from "./gcp-cipher";
import { GcpConnection, gcpFaultOf, ONE_ATTEMPT, type GcpKmsOptions } from "./gcp-client";
import { optionalPackage } from "./optional-package";
import { BoundedCalls, ProviderFault } from "./provider-call";
import type { ProviderSpec } from "./provider-spec";

type GcpSpec = Extract<ProviderSpec, { provider: "gcp-kms" }>;
type CryptoKeyVersion = protos.google.cloud.kms.v1.ICryptoKeyVersion;

const NAME = "gcp-kms";

/** What the state of a version is where destroying it still changes something. */
const DESTROYABLE: ReadonlySet<unknown> = new Set(["ENABLED", "DISABLED"]);

/** A version of a key in an HSM is not there at once; some seconds are usual. */
const GENERATION_LOOKS = 20;
const GENERATION_PAUSE_MS = 1_000;

/**
 * A symmetric key of Google Cloud KMS. The context is additional authenticated data.
 *
 * @see https://cloud.google.com/kms/docs/reference/rest
 */
class GcpKms implements KeyProvider {
  readonly name = NAME;
  readonly #keyName: string;
  readonly #cipher: CheckedCipher;
  readonly #calls: BoundedCalls;

  constructor(
    private readonly connection: GcpConnection,
    spec: GcpSpec,
    private readonly options: GcpKmsOptions,
  ) {
    this.#keyName = spec.name;
    this.#cipher = new CheckedCipher(connection, spec.name);
    this.#calls = new BoundedCalls(NAME, options, gcpFaultOf);
  }

  wrap(context: string, key: Uint8Array): Promise<ProviderWrapped> {
    return this.#encrypt("wrap", context, key);
  }

  unwrap(context: string, wrapped: ProviderWrapped): Promise<Buffer> {
    return this.#decrypt("unwrap", context, wrapped);
  }

  /** Decrypts and encrypts: KMS has no call that does both, so the key is in this process for a moment. */
  async rewrap(context: string, wrapped: ProviderWrapped): Promise<ProviderWrapped> {
    const key = await this.#decrypt("rewrap", context, wrapped);
    try {
      return await this.#encrypt("rewrap", context, key);
    } finally {
      key.fill(0);
    }
  }

  health(): Promise<ProviderKey> {
    return this.#primary("health");
  }

  /**
   * Makes a version and then makes it the primary. KMS may go on encrypting under the old one for some minutes, at times for
   * hours; what wrap and rewrap answer is the version that they got.
   *
   * @see https://cloud.google.com/kms/docs/consistency
   */
  async rotate(): Promise<ProviderKey> {
    const [made] = await this.#run("rotate", (client) =>
      client.createCryptoKeyVersion({ parent: this.#keyName, cryptoKeyVersion: {} }, ONE_ATTEMPT),
    );
    const version = versionOf(made);
    await this.#generated(made);
    const request = { name: this.#keyName, cryptoKeyVersionId: version };
    await this.#run("rotate", (client) => client.updateCryptoKeyPrimaryVersion(request, ONE_ATTEMPT));
    return this.#keyOf(version);
  }

  /**
   * Schedules their destruction: until the time that is set on the key has passed, 30 days where nothing is set, their owner
   * can restore them. A version newer than the primary is left, since a rotation may be under way.
   */
  async destroyAllBut(versions: ReadonlySet<string>): Promise<readonly string[]> {
    const primary = Number((await this.#primary("destroy")).keyVersion);
    const [all] = await this.#run("destroy", (client) =>
      client.listCryptoKeyVersions({ parent: this.#keyName }, ONE_ATTEMPT),
    );
    const going = all.filter((one) => {
      const version = versionOf(one);
      return DESTROYABLE.has(one.state) && Number(version) < primary && !versions.has(version);
    });
    for (const { name } of going) {
      await this.#run("destroy", (client) =>
        client.destroyCryptoKeyVersion({ name: name ?? "" }, ONE_ATTEMPT),
      );
    }
    return going.map(versionOf);
  }

  async #generated(made: CryptoKeyVersion): Promise<void> {
    let { state } = made;
    for (let look = 0; state === "PENDING_GENERATION" && look < GENERATION_LOOKS; look += 1) {
      await this.options.wait(GENERATION_PAUSE_MS);
      const [now] = await this.#run("rotate", (client) =>
        client.getCryptoKeyVersion({ name: made.name ?? "" }, ONE_ATTEMPT),
      );
      ({ state } = now);
    }
  }

  #primary(operation: string): Promise<ProviderKey> {
    return this.#run(operation, async (client) => {
      const [{ primary }] = await client.getCryptoKey({ name: this.#keyName }, ONE_ATTEMPT);
      if (primary?.state !== "ENABLED") {
        throw new ProviderFault(`KEY_STATE_${String(primary?.state ?? "UNKNOWN")}`, false);
      }
      return this.#keyOf(versionOf(primary));
    });
  }

  #encrypt(operation: string, context: string, key: Uint8Array): Promise<ProviderWrapped> {
    return this.#calls.run(operation, async () => {
      const { version, ciphertext } = await this.#cipher.encrypt(context, key);
      return { ...this.#keyOf(version), wrapped: ciphertext };
    });
  }

  #decrypt(operation: string, context: string, { keyId, wrapped }: ProviderWrapped): Promise<Buffer> {
    return this.#calls.run(operation, async () => {
      if (keyId !== this.#keyName) throw new ProviderFault("WRAPPED_ELSEWHERE", false);
      return this.#cipher.decrypt(context, wrapped);
    });
  }

  #run<T>(operation: string, attempt: (client: KeyManagementServiceClient) => Promise<T>): Promise<T> {
    return this.#calls.run(operation, async () => attempt(await this.connection.client()));
  }

  #keyOf(keyVersion: string): ProviderKey {
    return { keyId: this.#keyName, keyVersion };
  }
}

/**
 * @param environment of the process: Google's client looks at it too
 * @throws StartupError where the client is not installed, or would print what it sends.
 */
export async function openGcpKms(
  spec: GcpSpec,
  options: GcpKmsOptions,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<KeyProvider> {
  if (environment["GOOGLE_SDK_NODE_LOGGING"] !== undefined) {
    throw new StartupError(
      "GOOGLE_SDK_NODE_LOGGING makes Google's client print every request, and keys with them. Unset it.",
    );
  }
  const sdk = await optionalPackage("@google-cloud/kms", () => import("@google-cloud/kms"));
  return new GcpKms(new GcpConnection(sdk, options), spec, options);
}
