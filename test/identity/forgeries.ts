import type { KeyObject } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { secretMark } from "../../src/identity/token-secret";

/** An access token with something in it that ours would not have. */
export interface Forgery {
  readonly header?: Record<string, unknown>;
  readonly claims?: Record<string, unknown>;
  readonly key?: KeyObject;
}

/** Access tokens that are each wrong in one thing. */
export function forgeriesOf(
  stranger: KeyObject,
  seconds: number,
  certificateSha256: string,
): readonly Forgery[] {
  return [
    { header: { typ: "JWT" } },
    { header: { typ: "challenge+jwt" } },
    { header: { typ: undefined } },
    { header: { kid: "1.1" } },
    { header: { kid: "2.676" } },
    { header: { kid: undefined } },
    { key: stranger },
    { claims: { aud: "fieldward/session" } },
    { claims: { aud: undefined } },
    { claims: { iss: "https://idp.example" } },
    { claims: { iss: undefined } },
    { claims: { exp: seconds } },
    { claims: { exp: undefined } },
    { claims: { jti: undefined } },
    { claims: { sub: uuidv7() } },
    { claims: { sub: undefined } },
    { claims: { secret: undefined } },
    { claims: { secret: secretMark("that of another secret") } },
    { claims: { scope: undefined } },
    { claims: { scope: ["contact:masked"] } },
    { claims: { cnf: { "x5t#S256": Buffer.from(certificateSha256, "hex").toString("base64url") } } },
    { claims: { cnf: { jkt: "another kind of binding" } } },
    { claims: { cnf: null } },
  ];
}
