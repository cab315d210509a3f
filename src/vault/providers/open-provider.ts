import { StartupError } from "../../domain/errors";
import type { KeyProvider } from "../key-provider";
import { openAwsKms, type AwsKmsOptions } from "./aws-kms";
import type { GcpKmsOptions } from "./gcp-client";
import { openGcpKms } from "./gcp-kms";
import { openLocalKeyset, type LocalKeysetOptions } from "./local-keyset";
import { isSafeUrl, readProviderSpec, SpecFault } from "./provider-spec";
import { openVaultTransit, type TransitOptions } from "./vault-transit";

/** Everything that one of the providers is opened with; each takes what is its own. */
export interface ProviderOptions extends LocalKeysetOptions, TransitOptions, AwsKmsOptions, GcpKmsOptions {}

/**
 * Opens the provider that a spec such as `local:PATH` names. No remote one is asked yet: `health()` does that.
 *
 * @throws StartupError where the spec names none, the keyset cannot be read, or a package or token is missing.
 */
export async function openKeyProvider(spec: string, options: ProviderOptions): Promise<KeyProvider> {
  const read = readProviderSpec(spec);
  if (read instanceof SpecFault) throw new StartupError(`A key provider ${read.text}.`);
  const { endpoint } = options;
  if (endpoint !== undefined && !isSafeUrl(new URL(endpoint))) {
    throw new StartupError(
      "The endpoint of a key provider must be a https: URL; plain http: is for loopback only.",
    );
  }
  switch (read.provider) {
    case "local":
      return openLocalKeyset(read.path, options);
    case "vault-transit":
      return openVaultTransit(read, options);
    case "aws-kms":
      return openAwsKms(read, options);
    case "gcp-kms":
      return openGcpKms(read, options);
  }
}
