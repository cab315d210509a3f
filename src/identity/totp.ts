import { Secret, TOTP } from "otpauth";
import { renderSVG, renderUnicodeCompact } from "uqr";
import type { RandomBytes } from "../crypto/random";

/** What a member of staff brings into an authenticator app, in whichever form the app takes. */
export interface TotpEnrolment {
  /** In base32. */
  readonly secret: string;
  /** `otpauth://totp/…` */
  readonly uri: string;
  /** The URI as a QR code. */
  readonly qrSvg: string;
  /** The same for a terminal. */
  readonly qrText: string;
}

const ISSUER = "Fieldward";
/** As long as the output of HMAC-SHA-1. @see RFC 4226 §4 R6 */
const SECRET_BYTES = 20;
const PERIOD_SECONDS = 30;
const DIGITS = 6;
/** How many steps before and after the present one count: a clock may be half a minute off. @see RFC 6238 §5.2 */
const WINDOW = 1;

function totp(secret: string, label: string): TOTP {
  return new TOTP({
    issuer: ISSUER,
    label,
    algorithm: "SHA1",
    digits: DIGITS,
    period: PERIOD_SECONDS,
    secret: Secret.fromBase32(secret),
  });
}

/** A new key of a second factor, in base32. */
export function newTotpSecret(random: RandomBytes): string {
  const bytes = Uint8Array.from(random(SECRET_BYTES));
  return new Secret({ buffer: bytes.buffer }).base32;
}

/** The forms of a key that apps take. The label is what the app shows beside the codes. */
export function totpEnrolment(secret: string, label: string): TotpEnrolment {
  const uri = totp(secret, label).toString();
  return { secret, uri, qrSvg: renderSVG(uri), qrText: renderUnicodeCompact(uri) };
}

/**
 * The time step that a code belongs to; undefined: it is not the code of the present step or one of its neighbours.
 *
 * @see RFC 6238 §4.2 (T0 = 0, X = 30 s, SHA-1, 6 digits)
 */
export function stepOfCode(secret: string, code: string, nowMs: number): number | undefined {
  const token = code.replace(/\s/g, "");
  if (!/^\d{6}$/.test(token)) return undefined;
  const delta = totp(secret, "").validate({ token, timestamp: nowMs, window: WINDOW });
  return delta === null ? undefined : Math.floor(nowMs / 1_000 / PERIOD_SECONDS) + delta;
}
