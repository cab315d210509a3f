import type { RowDirection, RowStatus } from "./import-row";

/** What files call the two directions, in lower case: our words, Twilio's, and the industry's MO and MT. */
export const DIRECTION_BY_WORD: ReadonlyMap<string, RowDirection> = new Map([
  ["inbound", "INBOUND"],
  ["mo", "INBOUND"],
  ["outbound", "OUTBOUND"],
  ["outbound-api", "OUTBOUND"],
  ["outbound-call", "OUTBOUND"],
  ["outbound-reply", "OUTBOUND"],
  ["mt", "OUTBOUND"],
]);

/**
 * What files call a message's status, in lower case: our words and Twilio's.
 *
 * @see https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
 */
export const STATUS_BY_WORD: ReadonlyMap<string, RowStatus> = new Map([
  ["accepted", "QUEUED"],
  ["scheduled", "QUEUED"],
  ["queued", "QUEUED"],
  // Being handed to the carrier: not yet sent.
  ["sending", "QUEUED"],
  ["sent", "SENT"],
  ["delivered", "DELIVERED"],
  ["read", "DELIVERED"],
  ["undelivered", "UNDELIVERED"],
  ["failed", "FAILED"],
  ["canceled", "FAILED"],
  ["receiving", "RECEIVED"],
  ["received", "RECEIVED"],
]);
