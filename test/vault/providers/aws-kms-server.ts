import { listen, type Answer, type LocalServer, type Received } from "./local-server";
import { VersionedAead } from "./versioned-aead";

/** What the test and the server agree on. The account is the one of AWS's own examples. */
export const AWS = {
  arn: "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
} as const;

const SIGNATURE = new RegExp(
  `^AWS4-HMAC-SHA256 Credential=${AWS.accessKeyId}/\\d{8}/eu-west-1/kms/aws4_request, SignedHeaders=[^,]*x-amz-target[^,]*, Signature=[0-9a-f]{64}$`,
);

/** Errors have status 400 and their name in `__type`, whatever the SDK's model says. */
const refused = (type: string, message: string): Answer => ({
  status: 400,
  body: { __type: type, message },
});

interface Body {
  readonly KeyId?: string;
  readonly SourceKeyId?: string;
  readonly DestinationKeyId?: string;
  readonly Plaintext?: string;
  readonly CiphertextBlob?: string;
  readonly EncryptionContext?: Readonly<Record<string, string>>;
  readonly SourceEncryptionContext?: Readonly<Record<string, string>>;
  readonly DestinationEncryptionContext?: Readonly<Record<string, string>>;
}

/** A symmetric key of AWS KMS, in memory, with key material that rotates behind it. */
class KmsKey {
  readonly #aead = new VersionedAead();
  state = "Enabled";

  rotateMaterial(): void {
    this.#aead.add();
  }

  answer(operation: string, body: Body): Answer {
    switch (operation) {
      case "TrentService.Encrypt":
        return this.#encrypt(body);
      case "TrentService.Decrypt":
        return this.#decrypt(body);
      case "TrentService.ReEncrypt":
        return this.#reEncrypt(body);
      case "TrentService.DescribeKey":
        return this.#describe(body);
      default:
        return refused("UnknownOperationException", "");
    }
  }

  /** A blob: material (4, big endian) ‖ box. */
  #encrypt({ KeyId, Plaintext = "", EncryptionContext }: Body): Answer {
    if (KeyId !== AWS.arn) return refused("NotFoundException", `Key '${String(KeyId)}' does not exist`);
    const material = Buffer.alloc(4);
    material.writeUInt32BE(this.#aead.latest);
    const context = JSON.stringify(EncryptionContext ?? {});
    const box = this.#aead.seal(this.#aead.latest, Buffer.from(Plaintext, "base64"), context);
    const CiphertextBlob = Buffer.concat([material, box]).toString("base64");
    return { status: 200, body: { CiphertextBlob, KeyId, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" } };
  }

  #open(KeyId: string | undefined, CiphertextBlob = "", context = {}): Buffer | Answer {
    if (KeyId === undefined) return refused("ValidationException", "this server wants the key in every call");
    if (KeyId !== AWS.arn)
      return refused("IncorrectKeyException", "The key ID in the request is another one");
    try {
      const blob = Buffer.from(CiphertextBlob, "base64");
      return this.#aead.open(blob.readUInt32BE(), blob.subarray(4), JSON.stringify(context));
    } catch {
      return refused("InvalidCiphertextException", "");
    }
  }

  #decrypt({ KeyId, CiphertextBlob, EncryptionContext }: Body): Answer {
    const opened = this.#open(KeyId, CiphertextBlob, EncryptionContext);
    if (!Buffer.isBuffer(opened)) return opened;
    const body = { KeyId, Plaintext: opened.toString("base64"), EncryptionAlgorithm: "SYMMETRIC_DEFAULT" };
    return { status: 200, body };
  }

  #reEncrypt(body: Body): Answer {
    const opened = this.#open(body.SourceKeyId, body.CiphertextBlob, body.SourceEncryptionContext);
    if (!Buffer.isBuffer(opened)) return opened;
    const { DestinationKeyId: KeyId = "", DestinationEncryptionContext: EncryptionContext = {} } = body;
    return this.#encrypt({ KeyId, Plaintext: opened.toString("base64"), EncryptionContext });
  }

  #describe({ KeyId }: Body): Answer {
    if (KeyId !== AWS.arn) return refused("NotFoundException", `Key '${String(KeyId)}' does not exist`);
    const KeyMetadata = {
      KeyId: KeyId.split("/")[1],
      Arn: KeyId,
      KeyState: this.state,
      KeyUsage: "ENCRYPT_DECRYPT",
    };
    return { status: 200, body: { KeyMetadata } };
  }
}

/** A local AWS KMS with one key. */
export interface AwsServer extends LocalServer {
  readonly key: KmsKey;
  /** Answers this instead of what KMS would. */
  answerInstead: unknown;
}

export async function awsServer(): Promise<AwsServer> {
  const key = new KmsKey();
  const answer = ({ headers, body }: Received): Answer => {
    if (!SIGNATURE.test(headers.authorization ?? "")) {
      return refused("IncompleteSignatureException", "the request is not signed");
    }
    if (server.answerInstead !== undefined) return { status: 200, body: server.answerInstead };
    return key.answer(String(headers["x-amz-target"]), typeof body === "object" && body !== null ? body : {});
  };
  const local = await listen(answer, {
    throttled: refused("ThrottlingException", "You have exceeded the rate at which you may call KMS."),
    denied: {
      status: 400,
      body: {
        __type: "AccessDeniedException",
        Message: `User: arn:aws:iam::111122223333:user/example with ${AWS.secretAccessKey} is not authorized`,
      },
    },
    broken: { status: 500, body: { __type: "KMSInternalException", message: "" } },
  });
  const server: AwsServer = Object.assign(local, { key, answerInstead: undefined });
  return server;
}
