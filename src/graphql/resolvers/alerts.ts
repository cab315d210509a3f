import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from "type-graphql";
import { Level } from "../../domain/category";
import { FieldwardError } from "../../domain/errors";
import { entryOf } from "../access-entries";
import { Operation } from "../operation";
import { Page } from "../page";
import { afterCursor, pageSize, rowIdOf } from "../reads/arguments";
import { AlertConnection, AlertView } from "./alert-types";

const LIST = "alerts";
const STANDARD_PAGE = 50;

const orNull = { nullable: true };

@Resolver(() => AlertView)
export class AlertReads {
  @Query(() => AlertConnection, { description: "The newest first." })
  async alerts(
    @Arg("unacknowledgedOnly", () => Boolean, { ...orNull, defaultValue: true })
    unacknowledgedOnly: boolean | null,
    @Arg("first", () => Int, { ...orNull, defaultValue: STANDARD_PAGE }) first: number | null,
    @Arg("after", () => String, orNull) after: string | null,
    @Ctx() { context: { services } }: Operation,
  ) {
    const { alerts, cursors } = services;
    const size = pageSize(first, STANDARD_PAGE);
    const [atMs, id] = afterCursor(cursors, LIST, after)?.values ?? [];
    const rows = await alerts.list({
      unacknowledgedOnly: unacknowledgedOnly !== false,
      first: size + 1,
      after: id === undefined ? null : { atMs: Number(atMs), id: String(id) },
    });
    const place = { hasNextPage: rows.length > size, hasPreviousPage: id !== undefined };
    const cursorOf = (row: AlertView): string => cursors.make(LIST, [row.at.getTime(), row.id]);
    return new Page(rows.slice(0, size), cursorOf, place, null);
  }
}

@Resolver(() => AlertView)
export class AlertWrites {
  @Mutation(() => AlertView, { description: "Says that somebody has looked, and what was done." })
  async acknowledgeAlert(
    @Arg("id", () => ID) id: string,
    @Arg("note", () => String, orNull) note: string | null,
    @Ctx() { context, plan, principal }: Operation,
  ): Promise<AlertView> {
    const alertId = rowIdOf(id);
    if (principal === null || alertId === undefined) throw new FieldwardError("NOT_FOUND");
    const { alerts, accessLog } = context.services;
    const read = { type: "Alert", fields: new Map([["note", Level.CLEAR]]), subjects: new Map() };
    const entry = entryOf(context, plan, { kind: "WRITE", reads: [read], denials: [] });
    return alerts.acknowledge(alertId, principal.id, note ?? null, () =>
      accessLog.append({ ...entry, about: alertId, outcome: "acknowledged" }),
    );
  }
}
