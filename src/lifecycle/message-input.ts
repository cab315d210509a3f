import { z } from "zod";
import { normalisePhone } from "../domain/normalise";
import { Direction, MessageStatus } from "../domain/vocabulary";
import { externalId, line, optional } from "./input";

const date = z.date().refine((value) => !Number.isNaN(value.getTime()), "is not a point in time");

/** A message as it comes in, checked: the number is in E.164, texts are bounded. */
export const incomingMessage = z.strictObject({
  externalId,
  customerId: optional(z.uuid()),
  customerNumber: z.string().transform(normalisePhone),
  direction: z.enum(Direction),
  senderId: optional(line(32)),
  body: z.string().max(10_000, "has at most 10,000 characters"),
  status: optional(z.enum(MessageStatus)),
  encoding: optional(line(16)),
  segments: optional(z.int().min(1).max(255)),
  errorCode: optional(line(32)),
  sentAt: date,
  deliveredAt: optional(date),
});

/** @see incomingMessage */
export type IncomingMessage = z.infer<typeof incomingMessage>;

/** A delivery receipt for a message stored before. */
export const statusChange = z.strictObject({
  externalId,
  status: z.enum(MessageStatus),
  errorCode: optional(line(32)),
  deliveredAt: optional(date),
});

/** @see statusChange */
export type StatusChange = z.infer<typeof statusChange>;

/** What became of one message of a batch. */
export interface StoredMessage {
  readonly externalId: string;
  /** Null where it was not stored. */
  readonly id: string | null;
  readonly bodyStored: boolean;
  /** Why it was not stored as it came: a code of the error catalogue, or null. */
  readonly reason: string | null;
  readonly duplicate: boolean;
}
