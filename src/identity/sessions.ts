import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";

/** PKCS#8 of an Ed25519 private key, up to its 32-byte seed. @see RFC 8410 §7 */
const PKCS8_ED25519 = Buffer.from("302e020100300506032b657004220420", "hex");
const ISSUER = "fieldward";

/** Signs and reads session tokens: JWTs with EdDSA, the session's id in `jti` and nothing personal. @see RFC 8037 §3.1 */
export class SessionTokens {
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;

  constructor(
    seed: Uint8Array,
    private readonly now: () => Date,
  ) {
    this.#privateKey = createPrivateKey({
      key: Buffer.concat([PKCS8_ED25519, seed]),
      format: "der",
      type: "pkcs8",
    });
    this.#publicKey = createPublicKey(this.#privateKey);
  }

  sign(sessionId: string, staffId: string, expiresAt: Date): Promise<string> {
    return new SignJWT()
      .setProtectedHeader({ alg: "EdDSA", typ: "JWT" })
      .setIssuer(ISSUER)
      .setSubject(staffId)
      .setJti(sessionId)
      .setIssuedAt(this.now())
      .setExpirationTime(expiresAt)
      .sign(this.#privateKey);
  }

  /** The session that a token names, where it is signed by us and has not expired. */
  async read(token: string): Promise<string | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.#publicKey, {
        algorithms: ["EdDSA"],
        requiredClaims: ["sub", "jti", "exp"],
        issuer: ISSUER,
        currentDate: this.now(),
      });
      return payload.jti;
    } catch {
      return undefined;
    }
  }
}
