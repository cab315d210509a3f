/** A key-encryption key as the vault database holds it. @see Kek in key-entities.ts */
export interface StoredKek {
  readonly id: string;
  readonly tenantId: string | null;
  /** Null: the provider of the setting. */
  readonly provider: string | null;
  readonly keyId: string;
  readonly keyVersion: string;
  readonly wrapped: Uint8Array;
  /**
   * `primary` wraps and unwraps; `retired` unwraps; `empty` too, though nothing is under it since `retiredAtMs`; `destroyed`
   * has no bytes any more; `gone` neither, and the provider has no more to do about it. `moved` is no KEK: it notes that one
   * was under this version of the provider's key until `retiredAtMs`.
   */
  readonly state: "primary" | "retired" | "empty" | "destroyed" | "gone" | "moved";
  readonly createdAtMs: number;
  readonly retiredAtMs: number | null;
}

/** A customer's data key as the vault database holds it. */
export interface StoredSubjectKey {
  readonly id: string;
  readonly subjectId: string;
  readonly tenantId: string | null;
  readonly kekId: string;
  readonly wrapped: Uint8Array;
  /** `kept` opens as `retired` does. */
  readonly state: "active" | "retired" | "kept";
}

/** A root key as the vault database holds it. */
export interface StoredRootKey {
  readonly purpose: string;
  readonly version: number;
  readonly kekId: string;
  readonly wrapped: Uint8Array;
  readonly state: "incoming" | "current" | "retired";
}

/** The vault database, as serving needs it. */
export interface KeyStore {
  /** All keys of these subjects, in one statement. */
  subjectKeys(subjectIds: readonly string[]): Promise<readonly StoredSubjectKey[]>;
  /** Adds keys, in one statement. */
  addSubjectKeys(keys: readonly StoredSubjectKey[]): Promise<void>;
  rootKeys(): Promise<readonly StoredRootKey[]>;
  /** Adds root keys; one that another replica added first stays. */
  addRootKeys(keys: readonly StoredRootKey[]): Promise<void>;
  /** All key-encryption keys: one or two for the deployment, and as many for each tenant with its own. */
  keks(): Promise<readonly StoredKek[]>;
  /** Adds one as the primary of its tenant (or of the deployment); the primary so far retires in the same transaction. */
  addPrimaryKek(kek: StoredKek): Promise<void>;
}
