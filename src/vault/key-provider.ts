/** A key as it lies in the vault database: wrapped, with the id of the key-encryption key that wrapped it. */
export interface WrappedKey {
  readonly kekId: string;
  readonly wrapped: Uint8Array;
}

/**
 * Where the key-encryption key (KEK) lives. `context` is authenticated with every wrapped key and holds random ids only:
 * a cloud provider writes it into its own log in the clear.
 */
export interface KeyProvider {
  readonly name: string;
  /** Wraps under the primary KEK. */
  wrap(context: string, key: Uint8Array): Promise<WrappedKey>;
  /** @throws FieldwardError VAULT_UNAVAILABLE where the provider or this KEK cannot be had. */
  unwrap(context: string, wrapped: WrappedKey): Promise<Buffer>;
  /** Resolves where the primary KEK can be used now. */
  health(): Promise<void>;
}
