import { Entity, Index } from "typeorm";
import { Internal } from "./classified";
import { code, idOf, instant, rowId, whole } from "./kind";

/** A code that stands in for the second factor once, for whoever has lost it. */
@Entity("recovery_code")
@Index("ix_recovery_code_staff", ["staffId"])
export class RecoveryCode {
  @Internal("security", rowId())
  id!: string;

  @Internal("security", idOf())
  staffId!: string;

  /** A keyed hash of the code, in hex. */
  @Internal("security", code(64))
  codeHash!: string;

  @Internal("security", instant())
  createdAt!: Date;

  @Internal("security", instant({ nullable: true }))
  usedAt!: Date | null;
}

/** The failed sign-ins of one account or one address. Its id is a keyed hash of which, so that the table names nobody. */
@Entity("sign_in_throttle")
@Index("ix_sign_in_throttle_failed", ["lastFailedAt"])
export class SignInThrottle {
  @Internal("security", rowId())
  id!: string;

  @Internal("security", whole())
  failures!: number;

  @Internal("security", instant())
  lastFailedAt!: Date;

  @Internal("security", instant())
  blockedUntil!: Date;
}

/** An access token that was revoked before its end. Its id is the token's `jti`. */
@Entity("revoked_access_token")
@Index("ix_revoked_access_token_expires", ["expiresAt"])
export class RevokedAccessToken {
  @Internal("security", rowId())
  id!: string;

  @Internal("security", instant())
  expiresAt!: Date;
}
