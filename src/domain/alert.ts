import { Entity, Index } from "typeorm";
import { Internal, Personal } from "./classified";
import { code, idOf, instant, names, rowId } from "./kind";
import { withhold } from "./mask";

/** Something that a person must look at. It holds ids and codes, never a personal value. */
@Entity("alert")
@Index("ux_alert_dedupe", ["dedupe"], { unique: true })
@Index("ix_alert_at", ["at", "id"])
export class Alert {
  @Internal("security", rowId())
  id!: string;

  @Internal("security", instant())
  at!: Date;

  /** What found it, such as `disclosure-budget`. */
  @Internal("security", code(32))
  detector!: string;

  @Internal("security", code(16))
  severity!: string;

  @Internal("security", idOf({ nullable: true }))
  actorId!: string | null;

  @Internal("security", code(255))
  summary!: string;

  /** Ids and counts, as `name=value`. */
  @Internal("security", names({ nullable: true }))
  evidence!: string[] | null;

  /** Names the occasion: the same one raises one alert, whichever replica finds it. */
  @Internal("security", code(96))
  dedupe!: string;

  @Internal("security", idOf({ nullable: true }))
  acknowledgedBy!: string | null;

  @Internal("security", instant({ nullable: true }))
  acknowledgedAt!: Date | null;

  /** Why a person raised it: free text, so sealed; null: a detector did. */
  @Personal("security", { mask: withhold, export: "alertReason" })
  reason!: string | null;

  /** What was done about it: free text as well. */
  @Personal("security", { mask: withhold, export: "alertNote" })
  note!: string | null;
}
