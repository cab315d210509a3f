import { Entity, Index } from "typeorm";
import { Internal, Personal } from "./classified";
import { code, flag, instant, rowId } from "./kind";
import { maskEmail, maskName } from "./mask";
import { normaliseEmail } from "./normalise";

/** A person who works for the provider and signs in. */
@Entity("staff")
@Index("ux_staff_email", ["emailBi"], { unique: true })
@Index("ux_staff_email2", ["emailBi2"], { unique: true })
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

  /** bcrypt over a keyed pre-hash of the password. */
  @Internal("security", code(60))
  passwordHash!: string;

  /** Until when the last training counts; null: never trained. */
  @Internal("security", instant({ nullable: true }))
  trainedUntil!: Date | null;

  @Internal("security", flag())
  disabled!: boolean;

  @Internal("security", instant())
  createdAt!: Date;
}
