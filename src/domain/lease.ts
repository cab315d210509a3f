import { Entity } from "typeorm";
import { Internal } from "./classified";
import { code, instant, rowId } from "./kind";

/** The right to do one kind of work, for a while: at most one holder at a time. Its id is the name of the work. */
@Entity("lease")
export class Lease {
  @Internal("security", rowId())
  id!: string;

  @Internal("security", code(36))
  holder!: string;

  @Internal("security", instant())
  until!: Date;
}
