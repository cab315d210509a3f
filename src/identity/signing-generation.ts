/** What the generation is kept by. */
export interface SigningGenerationParts {
  readonly load: () => Promise<number>;
  readonly clock: () => number;
  /** For so long, in ms, the last known one counts where it cannot be loaded. */
  readonly ttlMs: number;
}

/** After so long it is loaded anew: with the two seconds of the authenticator, three until a rotation holds everywhere. */
const FRESH_MS = 1_000;

/**
 * The generation of the signing keys, as the vault has it. A vault that cannot be reached stops nothing before the keys
 * in memory run out anyway.
 */
export class SigningGeneration {
  #known: { readonly generation: number; readonly atMs: number } | undefined;
  #loading: Promise<number> | undefined;

  constructor(private readonly parts: SigningGenerationParts) {}

  /** @throws FieldwardError DATABASE_UNAVAILABLE where it cannot be loaded and none is known that still counts */
  now(): number | Promise<number> {
    return this.#within(FRESH_MS) ?? this.#load();
  }

  #within(ms: number): number | undefined {
    const age = this.#known === undefined ? Infinity : this.parts.clock() - this.#known.atMs;
    return age >= 0 && age < ms ? this.#known?.generation : undefined;
  }

  #load(): Promise<number> {
    this.#loading ??= this.#loaded().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #loaded(): Promise<number> {
    const atMs = this.parts.clock();
    try {
      const generation = await this.parts.load();
      this.#known = { generation, atMs };
      return generation;
    } catch (error) {
      const known = this.#within(this.parts.ttlMs);
      if (known === undefined) throw error;
      return known;
    }
  }
}
