import type * as Sdk from "@aws-sdk/client-kms";
import { types } from "node:util";
import { KEY_BYTES } from "../../crypto/suites";
import type { KeyProvider, ProviderKey, ProviderWrapped } from "../key-provider";
import { optionalPackage } from "./optional-package";
import { BoundedCalls, mayPass, connectionFault, ProviderFault, type CallLimits } from "./provider-call";
import type { ProviderSpec } from "./provider-spec";

/** How AWS is spoken to; credentials are found by the SDK's own chain. */
export interface AwsKmsOptions extends CallLimits {
  /** Instead of the one of the key's region. */
  readonly endpoint?: string | undefined;
}

type AwsSpec = Extract<ProviderSpec, { provider: "aws-kms" }>;

const NAME = "aws-kms";

/** Answered with status 400, and yet they pass. @see https://docs.aws.amazon.com/kms/latest/developerguide/throttling.html */
const THROTTLED: ReadonlySet<string> = new Set([
  "ThrottlingException",
  "TooManyRequestsException",
  "RequestLimitExceeded",
]);

function statusOf(error: Error): number | undefined {
  const metadata: unknown = "$metadata" in error ? error.$metadata : undefined;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return undefined;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}

/** Of the SDK's error, which carries request and response with it, the name is kept. */
function faultOf(error: unknown): ProviderFault {
  if (!types.isNativeError(error)) return new ProviderFault("UNKNOWN", false);
  return new ProviderFault(error.name, THROTTLED.has(error.name) || mayPass(statusOf(error) ?? 0));
}

/**
 * A symmetric key of AWS KMS. The context goes into the encryption context, which CloudTrail logs in the clear, and the ARN
 * of the key goes with every call: else a ciphertext would choose the key that opens it. AWS rotates by itself and does not
 * tell the version, so the key version is empty.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/
 */
class AwsKms implements KeyProvider {
  readonly name = NAME;
  readonly #arn: string;
  readonly #calls: BoundedCalls;

  constructor(
    private readonly sdk: typeof Sdk,
    private readonly client: Sdk.KMSClient,
    spec: AwsSpec,
    options: AwsKmsOptions,
  ) {
    this.#arn = spec.arn;
    this.#calls = new BoundedCalls(NAME, options, faultOf);
  }

  wrap(context: string, key: Uint8Array): Promise<ProviderWrapped> {
    return this.#calls.run("wrap", async (abortSignal) => {
      const command = new this.sdk.EncryptCommand({
        KeyId: this.#arn,
        Plaintext: key,
        EncryptionContext: { fieldward: context },
      });
      return this.#wrapped(await this.client.send(command, { abortSignal }));
    });
  }

  unwrap(context: string, wrapped: ProviderWrapped): Promise<Buffer> {
    return this.#calls.run("unwrap", async (abortSignal) => {
      const command = new this.sdk.DecryptCommand({
        KeyId: this.#arn,
        CiphertextBlob: this.#ciphertext(wrapped),
        EncryptionContext: { fieldward: context },
      });
      const { KeyId, Plaintext } = await this.client.send(command, { abortSignal });
      if (KeyId !== this.#arn || Plaintext?.length !== KEY_BYTES) throw malformed();
      const key = Buffer.from(Plaintext);
      Plaintext.fill(0);
      return key;
    });
  }

  /** In KMS: the key does not leave it. */
  rewrap(context: string, wrapped: ProviderWrapped): Promise<ProviderWrapped> {
    return this.#calls.run("rewrap", async (abortSignal) => {
      const command = new this.sdk.ReEncryptCommand({
        CiphertextBlob: this.#ciphertext(wrapped),
        SourceKeyId: this.#arn,
        SourceEncryptionContext: { fieldward: context },
        DestinationKeyId: this.#arn,
        DestinationEncryptionContext: { fieldward: context },
      });
      return this.#wrapped(await this.client.send(command, { abortSignal }));
    });
  }

  health(): Promise<ProviderKey> {
    return this.#calls.run("health", async (abortSignal) => {
      const command = new this.sdk.DescribeKeyCommand({ KeyId: this.#arn });
      const { KeyMetadata } = await this.client.send(command, { abortSignal });
      if (KeyMetadata?.KeyState !== "Enabled") {
        throw new ProviderFault(`KEY_STATE_${KeyMetadata?.KeyState ?? "UNKNOWN"}`, false);
      }
      return this.#key();
    });
  }

  #key(): ProviderKey {
    return { keyId: this.#arn, keyVersion: "" };
  }

  #wrapped(answer: {
    readonly KeyId?: string | undefined;
    readonly CiphertextBlob?: Uint8Array | undefined;
  }) {
    const { KeyId, CiphertextBlob } = answer;
    if (KeyId !== this.#arn || CiphertextBlob === undefined) throw malformed();
    return { ...this.#key(), wrapped: CiphertextBlob };
  }

  #ciphertext({ keyId, wrapped }: ProviderWrapped): Uint8Array {
    if (keyId !== this.#arn) throw new ProviderFault("WRAPPED_ELSEWHERE", false);
    return wrapped;
  }
}

function malformed(): ProviderFault {
  return new ProviderFault("ANSWER_MALFORMED", false);
}

/** @throws StartupError where the SDK is not installed. */
export async function openAwsKms(spec: AwsSpec, options: AwsKmsOptions): Promise<KeyProvider> {
  const sdk = await optionalPackage("@aws-sdk/client-kms", () => import("@aws-sdk/client-kms"));
  const { endpoint } = options;
  const client = new sdk.KMSClient({
    region: spec.region,
    // Attempts are counted here, for all providers alike.
    maxAttempts: 1,
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  client.middlewareStack.add(
    (next) => async (request) => {
      try {
        return await next(request);
      } catch (error) {
        // Here, before the SDK wraps the error of a socket and the code gets lost.
        throw connectionFault(error) ?? error;
      }
    },
    { step: "deserialize", priority: "high" },
  );
  return new AwsKms(sdk, client, spec, options);
}
