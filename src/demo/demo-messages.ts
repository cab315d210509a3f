import { drawDaytimeMoment } from "./daytime-moment";
import { allowsMarketing } from "./demo-consents";
import { playConversation } from "./demo-conversations";
import type { Correspondence } from "./demo-conversations";
import type { DemoMessage, TemplatedCustomer } from "./demo-records";
import type { SeededRandom } from "./seeded-random";
import type { ScriptKind } from "./template-language";
import { TEMPLATES_BY_LANGUAGE } from "./templates-by-language";
import type { TenantProfile } from "./tenant-profiles";

const DAY = 86_400_000;

const KINDS: readonly (readonly [ScriptKind, number])[] = [
  ["code", 27],
  ["delivery", 19],
  ["bank", 18],
  ["appointment", 12],
  ["marketing", 12],
  ["question", 6],
  ["support", 7],
];

/** Draws a moment of the last 90 days; by day, unless `anyHour`. */
function drawMoment(random: SeededRandom, between: Correspondence, anyHour: boolean): Date {
  const { customer, now, profile } = between;
  const from = new Date(Math.max(customer.createdAt.getTime(), now.getTime() - 90 * DAY));
  const { utcOffsetHours } = profile;
  return anyHour ? random.moment(from, now) : drawDaytimeMoment(random, { from, to: now, utcOffsetHours });
}

function makeConversation(random: SeededRandom, between: Correspondence): DemoMessage[] {
  const drawnKind = random.weighted(KINDS);
  const at = drawMoment(random, between, drawnKind === "code");
  const { consents, language } = between.customer;
  const kind = drawnKind === "marketing" && !allowsMarketing(consents, at) ? "delivery" : drawnKind;
  const script = random.pick(TEMPLATES_BY_LANGUAGE[language].scripts[kind]);
  return playConversation(random, between, { script, at, turn: 0 });
}

/** The offer, the STOP and its confirmation behind each consent withdrawn by message. */
function makeOptOuts(random: SeededRandom, between: Correspondence): DemoMessage[] {
  const { scripts } = TEMPLATES_BY_LANGUAGE[between.customer.language];
  return between.customer.consents
    .filter((consent) => consent.method === "sms-keyword")
    .flatMap(({ recordedAt }) => {
      const script = [...random.pick(scripts.marketing), ...random.pick(scripts.optOut)];
      return playConversation(random, between, { script, at: recordedAt, turn: 1 });
    });
}

/** Makes the messages between one tenant and one of its customers. */
export function makeMessages(
  random: SeededRandom,
  profile: TenantProfile,
  customer: TemplatedCustomer,
  now: Date,
): DemoMessage[] {
  const between = { profile, customer, phoneOftenOff: random.chance(0.04), now };
  const conversations = Array.from({ length: random.int(2, 9) }, () => makeConversation(random, between));
  return [...conversations.flat(), ...makeOptOuts(random, between)];
}
