import type { Principal } from "../domain/principal";
import type { Checked, CredentialCheck } from "./authenticator";
import type { CredentialStore, FoundToken } from "./credential-store";
import { parseToken } from "./token-format";
import { hashSecret, secretGoodUntil } from "./token-secret";
import { placeRule, type TokenUse } from "./token-use";

/** The principal of a token, with all of its scopes or fewer. */
export function partnerOf(found: FoundToken, scopes: readonly string[] = found.scopes): Principal {
  return {
    id: found.id,
    kind: "PARTNER",
    tenantId: found.tenantId,
    role: null,
    scopes,
    purposes: found.purposes,
    trainedUntil: null,
  };
}

/** Checks API tokens of partners: `fw_<tenant>_<handle>_<secret>_<crc>`. */
export class ApiTokenCheck implements CredentialCheck {
  constructor(
    private readonly store: Pick<CredentialStore, "token">,
    private readonly tokenKey: Uint8Array,
    private readonly use: TokenUse,
  ) {}

  accepts(token: string): boolean {
    return parseToken(token) !== undefined;
  }

  async check(token: string): Promise<Checked | undefined> {
    const parts = parseToken(token);
    if (parts === undefined) return undefined;
    const found = await this.store.token(parts.tenant, parts.handle);
    // Hashed in any case: how long it takes does not tell whether the handle exists.
    const expiresAtMs = secretGoodUntil(found, hashSecret(this.tokenKey, parts.secret));
    if (found === undefined || expiresAtMs === undefined) return undefined;
    return {
      principal: partnerOf(found),
      expiresAtMs,
      permits: placeRule(found),
      used: () => {
        this.use.note(found);
      },
    };
  }
}
