import { drawDaytimeMoment } from "./daytime-moment";
import type { DemoConsent } from "./demo-records";
import type { SeededRandom } from "./seeded-random";

type Purpose = DemoConsent["purpose"];
type History = "granted" | "withdrawn-later" | "refused" | "none";

/** What a consent ledger is drawn from. */
export interface ConsentSetting {
  readonly createdAt: Date;
  readonly now: Date;
  readonly replyNumber: string;
  readonly utcOffsetHours: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const HISTORIES: Readonly<Record<Purpose, readonly (readonly [History, number])[]>> = {
  marketing: [
    ["granted", 60],
    ["withdrawn-later", 16],
    ["refused", 5],
    ["none", 19],
  ],
  analytics: [
    ["granted", 32],
    ["withdrawn-later", 5],
    ["refused", 3],
    ["none", 60],
  ],
};

const GRANT_METHODS = ["web-form", "checkout", "in-store", "mobile-app"] as const;
const WITHDRAWAL_METHODS = ["email-link", "account-settings", "phone-call"] as const;
type Method = (typeof GRANT_METHODS)[number] | (typeof WITHDRAWAL_METHODS)[number];

const ip = (random: SeededRandom): string =>
  `${random.pick(["192.0.2", "198.51.100", "203.0.113"])}.${random.int(1, 254)}`;

const EVIDENCE: Readonly<Record<Method, (random: SeededRandom, purpose: Purpose) => string>> = {
  "web-form": (random, purpose) =>
    `Box "${purpose}" on form https://example.com/join version ${random.int(2, 6)}, from ${ip(random)}`,
  checkout: (random, purpose) => `Box "${purpose}" at checkout of order ${random.int(100_000, 999_999)}`,
  "in-store": (random) => `Paper form ${random.text(2, "ABCDEFGH")}-${random.int(1000, 9999)}, scanned`,
  "mobile-app": (random, purpose) =>
    `Switch "${purpose}" in the app ${random.int(3, 5)}.${random.int(0, 20)}, from ${ip(random)}`,
  "email-link": (random) => `Unsubscribe link of campaign ${random.int(100, 999)}, from ${ip(random)}`,
  "account-settings": (random) => `Preferences page https://example.com/me, from ${ip(random)}`,
  "phone-call": (random) => `Call recording ${random.text(8, "0123456789abcdef")}`,
};

function record(
  random: SeededRandom,
  purpose: Purpose,
  state: DemoConsent["state"],
  recordedAt: Date,
): DemoConsent {
  const method = random.pick(state === "GRANTED" ? GRANT_METHODS : WITHDRAWAL_METHODS);
  return { purpose, state, method, evidence: EVIDENCE[method](random, purpose), recordedAt };
}

/** Withdraws by a STOP message within the last 90 days, or by another way at any time since the grant. */
function withdrawal(
  random: SeededRandom,
  purpose: Purpose,
  granted: Date,
  setting: ConsentSetting,
): DemoConsent {
  const soonest = granted.getTime() + 6 * HOUR;
  const span = { to: new Date(setting.now.getTime() - HOUR), utcOffsetHours: setting.utcOffsetHours };
  if (purpose !== "marketing" || random.chance(0.35)) {
    return record(
      random,
      purpose,
      "WITHDRAWN",
      drawDaytimeMoment(random, { ...span, from: new Date(soonest) }),
    );
  }
  const recent = new Date(Math.max(soonest, setting.now.getTime() - 88 * DAY));
  const evidence = `STOP sent to ${setting.replyNumber}`;
  const recordedAt = drawDaytimeMoment(random, { ...span, from: recent });
  return { purpose, state: "WITHDRAWN", method: "sms-keyword", evidence, recordedAt };
}

function ledgerOf(random: SeededRandom, purpose: Purpose, setting: ConsentSetting): DemoConsent[] {
  const history = random.weighted(HISTORIES[purpose]);
  if (history === "none") return [];
  const { createdAt, now, utcOffsetHours } = setting;
  const latest = createdAt.getTime() + Math.min(30 * DAY, (now.getTime() - createdAt.getTime()) / 2);
  const first = drawDaytimeMoment(random, { from: createdAt, to: new Date(latest), utcOffsetHours });
  if (history === "refused") return [record(random, purpose, "WITHDRAWN", first)];
  const grant = record(random, purpose, "GRANTED", first);
  return history === "granted" ? [grant] : [grant, withdrawal(random, purpose, first, setting)];
}

/** Draws a customer's ledger of consents, oldest first. */
export function drawConsents(random: SeededRandom, setting: ConsentSetting): DemoConsent[] {
  const ledger = [...ledgerOf(random, "marketing", setting), ...ledgerOf(random, "analytics", setting)];
  return ledger.sort((a, b) => a.recordedAt.getTime() - b.recordedAt.getTime());
}

/** Whether a ledger allows marketing at a moment. */
export function allowsMarketing(consents: readonly DemoConsent[], at: Date): boolean {
  const known = consents.filter((consent) => consent.purpose === "marketing" && consent.recordedAt <= at);
  return known.at(-1)?.state === "GRANTED";
}
