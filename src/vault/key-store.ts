/** A customer's data key as the vault database holds it. */
export interface StoredSubjectKey {
  readonly id: string;
  readonly subjectId: string;
  readonly kekId: string;
  readonly wrapped: Uint8Array;
  readonly state: "active" | "retired";
}

/** A root key as the vault database holds it. */
export interface StoredRootKey {
  readonly purpose: string;
  readonly version: number;
  readonly kekId: string;
  readonly wrapped: Uint8Array;
}

/** The vault database, as the vault needs it. */
export interface KeyStore {
  /** All keys of these subjects, in one statement. */
  subjectKeys(subjectIds: readonly string[]): Promise<readonly StoredSubjectKey[]>;
  /** Adds keys, in one statement. */
  addSubjectKeys(keys: readonly StoredSubjectKey[]): Promise<void>;
  rootKeys(): Promise<readonly StoredRootKey[]>;
  /** Adds root keys; one that another replica added first stays. */
  addRootKeys(keys: readonly StoredRootKey[]): Promise<void>;
}
