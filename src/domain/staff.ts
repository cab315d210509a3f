import { Entity, Index } from "typeorm";
import { Internal, Personal } from "./classified";
import { big, code, flag, instant, rowId } from "./kind";
import { maskEmail, maskName, withhold } from "./mask";
import { normaliseEmail } from "./normalise";

/** A person who works for the provider and signs in. */
@Entity("staff")
@Index("ux_staff_email", ["emailBi"], { unique: true })
@Index("ux_staff_email2", ["emailBi2"], { unique: true })
@Index("ux_staff_external_id", ["externalId"], { unique: true })
export class Staff {
  @Internal("security", rowId())
  id!: string;

  @Personal("security", { mask: maskEmail, lookup: normaliseEmail, export: "email" })
  email!: string | null;

  @Personal("security", { mask: maskName, export: "name" })
  name!: string | null;

  /** A role of `policy/roles.yaml`. */
  @Internal("security", code(32))
  role!: string;

  /** bcrypt over a keyed pre-hash of the password; `none` for whoever signs in by the identity provider only. */
  @Internal("security", code(60))
  passwordHash!: string;

  /** Until when the last training counts; null: never trained. */
  @Internal("security", instant({ nullable: true }))
  trainedUntil!: Date | null;

  @Internal("security", flag())
  disabled!: boolean;

  /** The key of the second factor, in base32; null: none is set up. Counts once `totpSince` is set. */
  @Personal("security", { mask: withhold, export: "totpSecret" })
  totpSecret!: string | null;

  /** The key of a second factor that has been handed out and not confirmed yet; the other one counts until then. */
  @Personal("security", { mask: withhold, export: "pendingTotpSecret" })
  pendingTotpSecret!: string | null;

  /** Since when the second factor is confirmed. */
  @Internal("security", instant({ nullable: true }))
  totpSince!: Date | null;

  /** The time step of the last code that was accepted: it and those before are not accepted again. @see RFC 6238 §5.2 */
  @Internal("security", big({ nullable: true }))
  totpStep!: number | null;

  /** A keyed hash of the code with which a password can be set once, in hex; null: there is none. */
  @Internal("security", code(64, { nullable: true }))
  activationHash!: string | null;

  @Internal("security", instant({ nullable: true }))
  activationUntil!: Date | null;

  /** Names this person at the company's identity provider: a keyed hash of issuer and subject, in hex. */
  @Internal("security", code(64, { nullable: true }))
  externalId!: string | null;

  /** Since when this person may do nothing, for an incident; null: not frozen. */
  @Internal("security", instant({ nullable: true }))
  frozenAt!: Date | null;

  @Internal("security", instant())
  createdAt!: Date;
}
