import { decodeJwt, jwtVerify, type JWTPayload } from "jose";
import { FieldwardError } from "../domain/errors";
import { boundCertificate } from "./confirmation";
import type { Checked, CredentialCheck, RequestSource } from "./authenticator";
import type { IssuerKeys } from "./oidc";
import type { KnownStaff, OidcStaff } from "./oidc-staff";

/** What the policy says of the identity provider's tokens. */
export interface OidcRules {
  /** The claim whose value, or one of whose values, is a role's. */
  readonly roleClaim: string;
  /** The claim that names a person for good. */
  readonly subjectClaim: string;
  /** The role of each value of that claim; the first in this order that a token has counts. */
  readonly roles: ReadonlyMap<string, string>;
  readonly algorithms: readonly string[];
  /** Claims that a token must have besides, each with one at least of these values. */
  readonly requires: ReadonlyMap<string, readonly string[]>;
  /** How old a token may be, in milliseconds, whatever it says of its end. */
  readonly longestMs: number;
}

export interface OidcCheckParts {
  readonly issuer: string;
  /** What this gateway is called in `aud`. */
  readonly audience: string;
  readonly keys: Pick<IssuerKeys, "find">;
  readonly staff: Pick<OidcStaff, "bySubject">;
  readonly rules: () => OidcRules;
  readonly clock: () => number;
}

/** How far the provider's clock and ours may be apart, in seconds; it never lengthens a token's life. */
const TOLERANCE_SECONDS = 30;
const LONGEST_SUBJECT = 255;
/** A JWT, or a JWT access token (RFC 9068 §2.1); a provider may leave it out (RFC 7519 §5.1). */
const TYPES: ReadonlySet<string | undefined> = new Set([undefined, "jwt", "at+jwt", "application/at+jwt"]);
/**
 * What only ID tokens and logout tokens hold, which were made for somebody else, and what narrows a token to details that
 * are not understood here.
 * @see OIDC Core 1.0 §2, §3.3.2.11; Back-Channel Logout 1.0 §2.4; RFC 9396 §9
 */
const OF_OTHER_TOKENS = ["nonce", "at_hash", "c_hash", "s_hash", "events", "authorization_details"] as const;

interface Found {
  readonly boundTo: string | null;
  readonly claims: Claims;
  readonly rules: OidcRules;
}

interface Claims extends JWTPayload {
  readonly sub: string;
  readonly iat: number;
  readonly exp: number;
}

/**
 * Checks access tokens of the company's identity provider: signature, issuer, audience, times, type; then whose they are.
 * The audience decides that a token was made for this gateway; an ID token says who signed in elsewhere, and is refused.
 * @see RFC 8725 §3, RFC 9068 §4, OWASP ASVS 5.0 9.1.1–9.2.4, 10.3.1–10.3.3
 */
export class OidcCheck implements CredentialCheck {
  constructor(private readonly parts: OidcCheckParts) {}

  accepts(token: string): boolean {
    try {
      return decodeJwt(token).iss === this.parts.issuer;
    } catch {
      return false;
    }
  }

  async check(token: string): Promise<Checked | undefined> {
    const rules = this.parts.rules();
    const claims = await this.#verified(token, rules);
    if (claims === undefined || !meets(claims, rules)) return undefined;
    const role = roleOf(claims, rules);
    const subject = subjectOf(claims, rules);
    const boundTo = boundCertificate(claims);
    if (role === undefined || subject === undefined || boundTo === undefined) return undefined;
    const found = await this.parts.staff.bySubject({ ...claims, sub: subject }, role);
    return found === undefined ? undefined : checkedOf(found, { boundTo, claims, rules });
  }

  async #verified(token: string, rules: OidcRules): Promise<Claims | undefined> {
    const { issuer, audience, keys, clock } = this.parts;
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keys.find, {
        algorithms: [...rules.algorithms],
        issuer,
        audience,
        requiredClaims: ["sub", "iat", "exp"],
        maxTokenAge: rules.longestMs / 1_000,
        clockTolerance: TOLERANCE_SECONDS,
        currentDate: new Date(clock()),
      });
      const right = TYPES.has(protectedHeader.typ?.toLowerCase()) && isForUs(payload);
      return right ? payload : undefined;
    } catch (error) {
      // That the provider's keys cannot be had is no fault of the token.
      if (error instanceof FieldwardError) throw error;
      return undefined;
    }
  }
}

function checkedOf({ id, role, trainedUntil }: KnownStaff, { boundTo, claims, rules }: Found): Checked {
  const permits = (source: RequestSource): boolean => source.certificateSha256 === boundTo;
  return {
    principal: { id, kind: "STAFF", tenantId: null, role, scopes: [], purposes: [], trainedUntil },
    expiresAtMs: Math.min(claims.exp * 1_000, claims.iat * 1_000 + rules.longestMs),
    ...(boundTo === null ? {} : { permits }),
  };
}

function isForUs(payload: JWTPayload): payload is Claims {
  // Amazon Cognito and Keycloak name their ID tokens so.
  if (payload["token_use"] === "id" || payload["typ"] === "ID") return false;
  return !OF_OTHER_TOKENS.some((claim) => Object.hasOwn(payload, claim));
}

function subjectOf(claims: JWTPayload, { subjectClaim }: OidcRules): string | undefined {
  const subject = claims[subjectClaim];
  return typeof subject === "string" && subject !== "" && subject.length <= LONGEST_SUBJECT
    ? subject
    : undefined;
}

/** The values of a claim: a text, a list of them, or, as scopes are written, several with spaces between. @see RFC 8693 §4.2 */
function valuesOf(claim: unknown): ReadonlySet<unknown> {
  return new Set<unknown>(Array.isArray(claim) ? claim : typeof claim === "string" ? claim.split(" ") : []);
}

/** Whether a token has all that is required of it; a claim that is not there has nothing. @see OIDC Core 1.0 §2, RFC 8176 */
function meets(claims: JWTPayload, { requires }: OidcRules): boolean {
  return [...requires].every(([name, wanted]) => {
    const values = valuesOf(claims[name]);
    return wanted.some((value) => values.has(value));
  });
}

/** The role that the policy gives for a token's claim: a text, or a list of them. */
function roleOf(claims: JWTPayload, { roleClaim, roles }: OidcRules): string | undefined {
  const claim = claims[roleClaim];
  const values = new Set<unknown>(Array.isArray(claim) ? claim : [claim]);
  return [...roles].find(([value]) => values.has(value))?.[1];
}
