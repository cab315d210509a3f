import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from "type-graphql";
import { Level } from "../../domain/category";
import type { Alert } from "../../domain/alert";
import { FieldwardError } from "../../domain/errors";
import { entryOf } from "../access-entries";
import { Operation } from "../operation";
import { Page } from "../page";
import { afterCursor, pageSize, rowIdOf } from "../reads/arguments";
import { AlertConnection, AlertView } from "./alert-types";

const LIST = "alerts";
const STANDARD_PAGE = 50;

const orNull = { nullable: true };

/** Free text, which is sealed. */
const TEXTS = ["reason", "note"] as const;

/** Alerts as they were asked for: texts are opened, and put on the access log, where they are selected. */
async function shown(rows: readonly Alert[], { context, plan }: Operation): Promise<AlertView[]> {
  const asked = new Set([...plan.byPath.values()].map(({ coordinate }) => coordinate));
  const texts = TEXTS.filter((name) => asked.has(`Alert.${name}`));
  if (texts.length > 0 && rows.length > 0) {
    const fields = new Map(texts.map((name) => [name, Level.CLEAR]));
    const read = { type: "Alert", fields, subjects: new Map() };
    const entry = entryOf(context, plan, { kind: "READ", reads: [read], denials: [] });
    await context.services.accessLog.append(entry);
  }
  return rows.map((row) => {
    const { id, at, detector, severity, actorId, summary, evidence, acknowledgedBy, acknowledgedAt } = row;
    const facts = { id, at, detector, severity, actorId, summary, evidence, acknowledgedBy, acknowledgedAt };
    const opened = Object.fromEntries(texts.map((name) => [name, row[name]]));
    return Object.assign(new AlertView(), facts, { reason: null, note: null }, opened);
  });
}

@Resolver(() => AlertView)
export class AlertReads {
  @Query(() => AlertConnection, { description: "The newest first." })
  async alerts(
    @Arg("unacknowledgedOnly", () => Boolean, { ...orNull, defaultValue: true })
    unacknowledgedOnly: boolean | null,
    @Arg("first", () => Int, { ...orNull, defaultValue: STANDARD_PAGE }) first: number | null,
    @Arg("after", () => String, orNull) after: string | null,
    @Ctx() operation: Operation,
  ) {
    const { alerts, cursors } = operation.context.services;
    const size = pageSize(first, STANDARD_PAGE);
    const [atMs, id] = afterCursor(cursors, LIST, after)?.values ?? [];
    const rows = await alerts.list({
      unacknowledgedOnly: unacknowledgedOnly !== false,
      first: size + 1,
      after: id === undefined ? null : { atMs: Number(atMs), id: String(id) },
    });
    const place = { hasNextPage: rows.length > size, hasPreviousPage: id !== undefined };
    const cursorOf = (row: AlertView): string => cursors.make(LIST, [row.at.getTime(), row.id]);
    return new Page(await shown(rows.slice(0, size), operation), cursorOf, place, null);
  }
}

@Resolver(() => AlertView)
export class AlertWrites {
  @Mutation(() => AlertView, { description: "Says that somebody has looked, and what was done." })
  async acknowledgeAlert(
    @Arg("id", () => ID) id: string,
    @Arg("note", () => String, orNull) note: string | null,
    @Ctx() operation: Operation,
  ): Promise<AlertView> {
    const { context, plan, principal } = operation;
    const alertId = rowIdOf(id);
    if (principal === null || alertId === undefined) throw new FieldwardError("NOT_FOUND");
    const { alerts, accessLog } = context.services;
    const read = { type: "Alert", fields: new Map([["note", Level.CLEAR]]), subjects: new Map() };
    const entry = entryOf(context, plan, { kind: "WRITE", reads: [read], denials: [] });
    const row = await alerts.acknowledge(alertId, principal.id, note ?? null, () =>
      accessLog.append({ ...entry, about: alertId, outcome: "acknowledged" }),
    );
    const [view] = await shown([row], operation);
    if (view === undefined) throw new FieldwardError("NOT_FOUND");
    return view;
  }
}
