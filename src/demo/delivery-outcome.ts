import type { DemoMessage } from "./demo-records";
import type { SeededRandom } from "./seeded-random";

/** What became of a message. */
export type DeliveryOutcome = Pick<DemoMessage, "status" | "errorCode" | "deliveredAt">;

/** What the outcome of an outbound message depends on. */
export interface DeliverySetting {
  readonly sentAt: Date;
  readonly now: Date;
  /** A message that the customer answers has been delivered. */
  readonly answered: boolean;
  readonly phoneOftenOff: boolean;
}

const CARRIER_ERRORS: readonly (readonly [string, number])[] = [
  ["30003", 60], // unreachable handset
  ["30005", 14], // unknown handset
  ["30006", 8], // landline or unreachable carrier
  ["30007", 10], // filtered by the carrier
  ["30008", 8], // unknown error
];
const SENDING_ERRORS = ["30001", "30002"]; // queue overflow, account suspended

/** The outcome of every inbound message. */
export const RECEIVED: DeliveryOutcome = { status: "RECEIVED", errorCode: null, deliveredAt: null };
const ON_ITS_WAY: DeliveryOutcome = { status: "SENT", errorCode: null, deliveredAt: null };

function deliverAfter(seconds: number, { sentAt, now }: DeliverySetting): DeliveryOutcome {
  const deliveredAt = new Date(sentAt.getTime() + seconds * 1000);
  return deliveredAt > now ? ON_ITS_WAY : { status: "DELIVERED", errorCode: null, deliveredAt };
}

/** Draws the outcome of an outbound message: most are delivered within seconds. */
export function drawOutcome(random: SeededRandom, setting: DeliverySetting): DeliveryOutcome {
  if (setting.answered) return deliverAfter(random.int(1, 11), setting);
  const draw = random.next();
  if (draw < (setting.phoneOftenOff ? 0.5 : 0.035)) {
    return { status: "UNDELIVERED", errorCode: random.weighted(CARRIER_ERRORS), deliveredAt: null };
  }
  if (draw > 0.99) return { status: "FAILED", errorCode: random.pick(SENDING_ERRORS), deliveredAt: null };
  if (draw > 0.975) return ON_ITS_WAY;
  return deliverAfter(random.chance(0.06) ? random.int(60, 2700) : random.int(1, 14), setting);
}
