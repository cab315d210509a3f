import { drawOutcome, RECEIVED } from "./delivery-outcome";
import type { DemoMessage, TemplatedCustomer } from "./demo-records";
import { drawFacts, fillTemplate } from "./message-facts";
import type { SeededRandom } from "./seeded-random";
import { measureSms } from "./sms-segments";
import type { Script } from "./template-language";
import type { Brand, TenantProfile } from "./tenant-profiles";

/** Who a conversation is between, and the moment up to which it is known. */
export interface Correspondence {
  readonly profile: TenantProfile;
  readonly customer: TemplatedCustomer;
  readonly phoneOftenOff: boolean;
  readonly now: Date;
}

/** A script and the moment of one of its turns. */
export interface PlannedConversation {
  readonly script: Script;
  readonly at: Date;
  /** The turn that `at` is the moment of. */
  readonly turn: number;
}

const BRANDS: readonly Brand[] = ["bank", "shop", "parcel", "clinic"];

const isInbound = (line: string): boolean => line.startsWith("< ");

/** The number that takes answers if the script may have one, else the sender of the brand it names first. */
function senderOf(script: Script, profile: TenantProfile): string {
  const text = script.join(" ");
  if (script.some(isInbound) || text.includes("STOP")) return profile.replyNumber;
  const named = BRANDS.filter((brand) => text.includes(`{${brand}}`));
  const [first] = named.sort((a, b) => text.indexOf(`{${a}}`) - text.indexOf(`{${b}}`));
  return first === undefined ? profile.replyNumber : profile.brandSenders[first];
}

/** The moments of a script's turns: a tenant answers within minutes, a customer may take longer. */
function drawTimes(random: SeededRandom, { script, at, turn }: PlannedConversation): number[] {
  let elapsed = 0;
  const offsets = script.map((line, index) => {
    if (index > 0) elapsed += 1000 * (isInbound(line) ? random.int(40, 2400) : random.int(12, 280));
    return elapsed;
  });
  const start = at.getTime() - (offsets[turn] ?? 0);
  return offsets.map((offset) => start + offset);
}

function makeTurn(
  random: SeededRandom,
  { profile, customer, phoneOftenOff, now }: Correspondence,
  line: { readonly direction: DemoMessage["direction"]; readonly body: string; readonly sentAt: Date },
  sender: { readonly senderId: string; readonly answered: boolean },
): DemoMessage {
  const setting = { sentAt: line.sentAt, now, answered: sender.answered, phoneOftenOff };
  return {
    tenantKey: profile.tenant.key,
    customerRef: customer.externalRef,
    externalId: `SM${random.text(32, "0123456789abcdef")}`,
    direction: line.direction,
    senderId: sender.senderId,
    body: line.body,
    ...measureSms(line.body),
    ...(line.direction === "INBOUND" ? RECEIVED : drawOutcome(random, setting)),
    sentAt: line.sentAt,
  };
}

/** Plays a script between a tenant and a customer, as far as it has come by now. */
export function playConversation(
  random: SeededRandom,
  correspondence: Correspondence,
  plan: PlannedConversation,
): DemoMessage[] {
  const { profile, customer, now } = correspondence;
  const facts = drawFacts(random, profile, customer, plan.at);
  const times = drawTimes(random, plan);
  const sender = { senderId: senderOf(plan.script, profile), answered: plan.script.some(isInbound) };
  return plan.script.flatMap((line, index) => {
    const sentAt = new Date(times[index] ?? 0);
    if (sentAt > now) return [];
    const direction = isInbound(line) ? "INBOUND" : "OUTBOUND";
    const body = fillTemplate(line.slice(2), facts);
    return [makeTurn(random, correspondence, { direction, body, sentAt }, sender)];
  });
}
