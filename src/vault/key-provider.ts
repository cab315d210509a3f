/** A provider's key, as the provider names it: the key itself and which version of it. */
export interface ProviderKey {
  readonly keyId: string;
  /** Empty where the provider does not tell. */
  readonly keyVersion: string;
}

/** A key that a provider wrapped, with the provider's key that it is under. */
export interface ProviderWrapped extends ProviderKey {
  readonly wrapped: Uint8Array;
}

/**
 * Where the root of all keys lives: a key of the provider, in several versions, of which one is the primary. It wraps the
 * key-encryption keys (KEKs) of this installation and nothing else, so that it is asked once in a while and not for every
 * customer.
 *
 * `context` is authenticated with every wrapped key and holds random ids only: a cloud provider writes it into its own
 * log in the clear.
 *
 * Whatever goes wrong is a FieldwardError VAULT_UNAVAILABLE whose cause names the provider's answer (a status, a code, a
 * time-out), never a key, a token or the body of an answer.
 */
export interface KeyProvider {
  /** As in the setting: `local`, `vault-transit`, `aws-kms`, `gcp-kms`. */
  readonly name: string;
  /** Wraps 32 bytes under the primary version. */
  wrap(context: string, key: Uint8Array): Promise<ProviderWrapped>;
  /** Answers the 32 bytes; the caller wipes them. */
  unwrap(context: string, wrapped: ProviderWrapped): Promise<Buffer>;
  /** Wraps anew under the primary version; by the provider itself where it can, so that the key does not leave it. */
  rewrap(context: string, wrapped: ProviderWrapped): Promise<ProviderWrapped>;
  /** Resolves with the primary where it can be used now. */
  health(): Promise<ProviderKey>;
  /** Makes a new version and makes it the primary. Absent where the provider rotates by itself. */
  readonly rotate?: () => Promise<ProviderKey>;
  /**
   * Destroys every version but the primary and these, for good, and answers which. Absent where the provider cannot
   * destroy a version: there a new key has to be made, and the old one deleted by its owner.
   */
  readonly destroyAllBut?: (versions: ReadonlySet<string>) => Promise<readonly string[]>;
}
