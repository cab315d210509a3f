import { Entity, Index } from "typeorm";
import { Internal } from "./classified";
import { idOf, instant, rowId, whole } from "./kind";

/** That a principal saw a customer in the clear within an hour. Its id is a hash of the three, so that each counts once. */
@Entity("disclosure")
@Index("ux_disclosure_place", ["hour", "principalId", "place"], { unique: true })
export class Disclosure {
  @Internal("security", rowId())
  id!: string;

  @Internal("security", idOf())
  principalId!: string;

  /** The start of the hour. */
  @Internal("security", instant())
  hour!: Date;

  /** Which one of the hour it is, from 1: unique, so that two processes cannot both take the last one that is allowed. */
  @Internal("security", whole())
  place!: number;
}
