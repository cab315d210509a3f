import { Entity, Index } from "typeorm";
import { Internal } from "./classified";
import { code, instant, rowId } from "./kind";

/** A business that sends SMS through the provider; partner apps belong to one. */
@Entity("tenant")
@Index("ux_tenant_slug", ["slug"], { unique: true })
export class Tenant {
  @Internal("account", rowId())
  id!: string;

  /** Short, for people and for tokens: `fw_<slug>_…`. */
  @Internal("account", code(32))
  slug!: string;

  @Internal("account", code(120))
  name!: string;

  @Internal("account", code(2))
  country!: string;

  @Internal("account", instant())
  createdAt!: Date;
}
