import { LessThan, type FindOptionsWhere } from "typeorm";
import { connectionTypes, decodeCursor, encodeCursor } from "./connection";
import { Customer } from "./customer";
import { Message } from "./message";

const LARGEST_PAGE = 1_000;

export function pageSize(first: number): number {
  return Math.min(Math.max(first, 1), LARGEST_PAGE);
}

/** By id, ascending. */
export const CustomerConnection = connectionTypes(Customer, ({ id }) => encodeCursor([id]));

/** Newest first. */
export const MessageConnection = connectionTypes(Message, ({ sentAt, id }) =>
  encodeCursor([sentAt.toISOString(), id]),
);

/** The messages that come after the cursor, newest first. */
export function messagesAfter(cursor: string | undefined): FindOptionsWhere<Message>[] {
  if (cursor === undefined) return [{}];
  const [time, id] = decodeCursor(cursor);
  if (time === undefined || id === undefined) throw new Error("Not a cursor of messages.");
  const sentAt = new Date(time);
  return [{ sentAt: LessThan(sentAt) }, { sentAt, id: LessThan(id) }];
}
