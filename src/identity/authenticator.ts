import { hash } from "node:crypto";
import { FieldwardError } from "../domain/errors";
import type { Principal } from "../domain/principal";

/** Where a request comes from, as its connection tells it. */
export interface RequestSource {
  readonly ip: string | null;
  /** SHA-256 of the client certificate that was verified in the TLS handshake, in hex; null: none. */
  readonly certificateSha256: string | null;
}

/** A credential that was found good. */
export interface Checked {
  readonly principal: Principal;
  readonly expiresAtMs: number;
  /** Whether it may be used from there. Asked for every request, remembered or not; undefined: from anywhere. */
  readonly permits?: (source: RequestSource) => boolean;
  /** Is told of every use that was permitted, remembered or not. It must not throw, nor take long. */
  readonly used?: () => void;
}

/** One kind of credential: a session, an API token, an access token, a token of the identity provider. */
export interface CredentialCheck {
  /** Whether a token is of this kind, by its form alone. */
  accepts(token: string): boolean;
  /** `undefined` where it is not good; which way it is not, nobody is told. */
  check(token: string): Promise<Checked | undefined>;
}

interface Remembered {
  readonly checked: Checked;
  readonly untilMs: number;
}

/** How long a revoked credential can still be taken for good on a replica that has just checked it. */
export const REVOCATION_BOUND_MS = 2_000;
const REMEMBERED = 10_000;
const ANYWHERE: RequestSource = { ip: null, certificateSha256: null };

/** Turns a request's credential into the principal that it belongs to. */
export class Authenticator {
  #remembered = new Map<string, Remembered>();

  constructor(
    /** Asked in this order: the first that accepts a token decides. */
    private readonly checks: readonly CredentialCheck[],
    private readonly clock: () => number,
  ) {}

  /**
   * @returns `null` where no credential was sent
   * @throws FieldwardError UNAUTHENTICATED for any credential that is not good; which way it is not, it does not say
   */
  async authenticate(
    authorization: string | undefined,
    source: RequestSource = ANYWHERE,
  ): Promise<Principal | null> {
    if (authorization === undefined) return null;
    const [, token] = /^Bearer ([\w.-]{1,8192})$/i.exec(authorization) ?? [];
    if (token === undefined) throw new FieldwardError("UNAUTHENTICATED");
    const checked = await this.#checked(token);
    if (checked?.permits?.(source) === false || checked === undefined)
      throw new FieldwardError("UNAUTHENTICATED");
    checked.used?.();
    return checked.principal;
  }

  /** Forgets what was checked, so that a revocation counts here at once. */
  forget(): void {
    this.#remembered.clear();
  }

  async #checked(token: string): Promise<Checked | undefined> {
    const key = hash("sha256", token, "base64");
    const known = this.#remembered.get(key);
    if (known !== undefined && this.clock() < known.untilMs) return known.checked;
    const checked = await this.checks.find((check) => check.accepts(token))?.check(token);
    if (checked === undefined || checked.expiresAtMs <= this.clock()) return undefined;
    this.#remember(key, checked);
    return checked;
  }

  #remember(key: string, checked: Checked): void {
    if (this.#remembered.size >= REMEMBERED) this.#remembered = new Map();
    const untilMs = Math.min(checked.expiresAtMs, this.clock() + REVOCATION_BOUND_MS);
    this.#remembered.set(key, { checked, untilMs });
  }
}
