import { FieldwardError } from "../domain/errors";
import type { RequestSource } from "./authenticator";
import type { CredentialStore, FoundToken } from "./credential-store";
import { parseToken } from "./token-format";
import { hashSecret, secretGoodUntil } from "./token-secret";
import { placeRule } from "./token-use";

/** What a client says of itself at an OAuth endpoint. @see RFC 6749 §2.3.1 */
export interface ClientCredentials {
  /** `fw_<tenant>_<handle>`, or the token's id; may be empty where the secret is the whole API token. */
  readonly clientId: string;
  /** The secret, or the whole API token. */
  readonly clientSecret: string;
}

/** A client that has proved who it is: an API token. */
export interface OAuthClient {
  readonly found: FoundToken;
  /** Until when what it proved it with is good, in ms. */
  readonly untilMs: number;
  /** The hash of the secret that it proved it with. */
  readonly secretHash: string;
}

const NAME = /^fw_([a-z0-9-]{1,32})_([0-9A-Za-z]{12})$/;
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Finds the API token behind client credentials. */
export class OAuthClients {
  constructor(
    private readonly store: Pick<CredentialStore, "token" | "tokenById">,
    private readonly tokenKey: Uint8Array,
    private readonly clock: () => number,
  ) {}

  /** @throws FieldwardError UNAUTHENTICATED, the same and as late for an unknown client as for a wrong secret */
  async authenticate(given: ClientCredentials, source: RequestSource): Promise<OAuthClient> {
    const whole = parseToken(given.clientSecret);
    const found =
      whole === undefined
        ? await this.#named(given.clientId)
        : await this.store.token(whole.tenant, whole.handle);
    const secret = whole?.secret ?? given.clientSecret;
    const secretHash = hashSecret(this.tokenKey, secret);
    const untilMs = secretGoodUntil(found, secretHash);
    if (found === undefined || untilMs === undefined || untilMs <= this.clock())
      throw new FieldwardError("UNAUTHENTICATED");
    const isOther =
      whole !== undefined && !["", found.id, `fw_${whole.tenant}_${whole.handle}`].includes(given.clientId);
    if (isOther || !placeRule(found)(source)) throw new FieldwardError("UNAUTHENTICATED");
    return { found, untilMs, secretHash };
  }

  #named(clientId: string): Promise<FoundToken | undefined> {
    const [, tenant, handle] = NAME.exec(clientId) ?? [];
    if (tenant !== undefined && handle !== undefined) return this.store.token(tenant, handle);
    // A name that can be none is looked up all the same: it takes as long as one that could be.
    return this.store.tokenById(ID.test(clientId) ? clientId : "-");
  }
}
