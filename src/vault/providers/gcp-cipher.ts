import type { protos } from "@google-cloud/kms";
import { KEY_BYTES } from "../../crypto/suites";
import { crc32c } from "./crc32c";
import { ONE_ATTEMPT, type GcpConnection } from "./gcp-client";
import { ProviderFault } from "./provider-call";

type Bytes = Uint8Array | string | null | undefined;
type Checksum = protos.google.protobuf.IInt64Value | null | undefined;

function malformed(): ProviderFault {
  return new ProviderFault("ANSWER_MALFORMED", false);
}

/** The bytes themselves and no copy: who wipes them leaves none. */
function bytesOf(bytes: Bytes): Buffer {
  if (bytes === null || bytes === undefined) throw malformed();
  return typeof bytes === "string"
    ? Buffer.from(bytes, "base64")
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The number at the end of a version's resource name. */
export function versionOf(version: { readonly name?: string | null }): string {
  const number = /\/cryptoKeyVersions\/(\d+)$/.exec(version.name ?? "")?.[1];
  if (number === undefined) throw malformed();
  return number;
}

/** @throws ProviderFault where bytes did not arrive as they were sent; another attempt may. */
function verify(intact: boolean): void {
  if (!intact) throw new ProviderFault("CHECKSUM", true);
}

const checksumOf = (bytes: Uint8Array) => ({ value: crc32c(bytes) });
const matches = (checksum: Checksum, bytes: Uint8Array): boolean => Number(checksum?.value) === crc32c(bytes);

/** Encrypts and decrypts with the checksums that Google asks for. @see https://cloud.google.com/kms/docs/data-integrity-guidelines */
export class CheckedCipher {
  constructor(
    private readonly connection: GcpConnection,
    private readonly name: string,
  ) {}

  async encrypt(context: string, plaintext: Uint8Array): Promise<{ version: string; ciphertext: Buffer }> {
    const aad = Buffer.from(context);
    const request = {
      name: this.name,
      plaintext,
      plaintextCrc32c: checksumOf(plaintext),
      additionalAuthenticatedData: aad,
      additionalAuthenticatedDataCrc32c: checksumOf(aad),
    };
    const client = await this.connection.client();
    const [answer] = await client.encrypt(request, ONE_ATTEMPT);
    verify(answer.verifiedPlaintextCrc32c === true);
    verify(answer.verifiedAdditionalAuthenticatedDataCrc32c === true);
    if (answer.name?.startsWith(`${this.name}/`) !== true) throw malformed();
    const ciphertext = bytesOf(answer.ciphertext);
    verify(matches(answer.ciphertextCrc32c, ciphertext));
    return { version: versionOf(answer), ciphertext };
  }

  async decrypt(context: string, ciphertext: Uint8Array): Promise<Buffer> {
    const aad = Buffer.from(context);
    const request = {
      name: this.name,
      ciphertext,
      ciphertextCrc32c: checksumOf(ciphertext),
      additionalAuthenticatedData: aad,
      additionalAuthenticatedDataCrc32c: checksumOf(aad),
    };
    const client = await this.connection.client();
    const [answer] = await client.decrypt(request, ONE_ATTEMPT);
    const plaintext = bytesOf(answer.plaintext);
    verify(matches(answer.plaintextCrc32c, plaintext));
    if (plaintext.length !== KEY_BYTES) throw malformed();
    return plaintext;
  }
}
