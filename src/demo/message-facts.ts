import type { DemoLanguage, TemplatedCustomer } from "./demo-records";
import { streetOf } from "./fictional-addresses";
import type { SeededRandom } from "./seeded-random";
import { TEMPLATES_BY_LANGUAGE } from "./templates-by-language";
import type { TenantProfile } from "./tenant-profiles";

/** The values that a conversation's templates name, the same through all its turns. */
export type MessageFacts = ReadonlyMap<string, string>;

const DAY = 86_400_000;
const DIGITS = "0123456789";
const TOKEN_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
const TRACKING_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ";
const DOTTED_DATES: ReadonlySet<DemoLanguage> = new Set(["de", "pl"]);

const padded = (value: number): string => String(value).padStart(2, "0");

function money(cents: number, profile: TenantProfile, language: DemoLanguage): string {
  const plain = (cents / 100).toFixed(2);
  if (profile.country === "US" || language === "en") return `${profile.currency}${plain}`;
  return `${plain.replace(".", ",")} ${profile.currency}`;
}

function clock(hour: number, minute: number, profile: TenantProfile, language: DemoLanguage): string {
  if (language === "fr") return `${hour}h${padded(minute)}`;
  if (profile.country !== "US") return `${padded(hour)}:${padded(minute)}`;
  return `${hour % 12 === 0 ? 12 : hour % 12}:${padded(minute)} ${hour < 12 ? "AM" : "PM"}`;
}

function dayName(day: Date, profile: TenantProfile, language: DemoLanguage): string {
  const date = day.getUTCDate();
  const month = day.getUTCMonth() + 1;
  const numbers = profile.country === "US" ? [month, date] : [date, month];
  const weekday = TEMPLATES_BY_LANGUAGE[language].weekdays[day.getUTCDay()] ?? "";
  return `${weekday} ${numbers.map(padded).join(DOTTED_DATES.has(language) ? "." : "/")}`;
}

function knownFacts(profile: TenantProfile, customer: TemplatedCustomer): [string, string][] {
  return [
    ...Object.entries(profile.brandNames),
    ["helpline", profile.helpline],
    ["first", customer.name.split(" ", 1).join("")],
    ["name", customer.name],
    ["birth", customer.birthDate.split("-").reverse().join("/")],
    ["email", customer.email],
    ["phone", customer.phone],
    ["street", streetOf(customer.address)],
    ["ref", customer.externalRef],
  ];
}

function timeFacts(
  random: SeededRandom,
  profile: TenantProfile,
  language: DemoLanguage,
  at: Date,
): [string, string][] {
  const hour = random.int(8, 17);
  const minute = random.pick([0, 10, 15, 20, 30, 40, 45]);
  const ahead = random.int(1, 6);
  const day = (days: number): string =>
    dayName(new Date(at.getTime() + profile.utcOffsetHours * 3_600_000 + days * DAY), profile, language);
  return [
    ["time", clock(hour, minute, profile, language)],
    ["until", clock(hour + 2, minute, profile, language)],
    ["day", day(ahead)],
    ["later", day(ahead + random.int(1, 4))],
  ];
}

function drawnFacts(
  random: SeededRandom,
  profile: TenantProfile,
  language: DemoLanguage,
): [string, string][] {
  const draw = (most: number): string => money(random.int(349, most), profile, language);
  return [
    ["code", random.text(6, DIGITS)],
    ["amount", draw(random.chance(0.2) ? 98_000 : 14_000)],
    ["balance", draw(420_000)],
    ["fee", draw(1_200)],
    ["card", random.text(4, DIGITS)],
    ["order", String(random.int(100_000, 999_999))],
    ["tracking", random.text(2, TRACKING_LETTERS) + random.text(9, DIGITS)],
    ["link", `example.com/${random.text(6, TOKEN_LETTERS)}`],
    ["percent", String(random.pick([10, 15, 20, 25, 30, 40]))],
    ["agent", random.pick(profile.agents)],
    ["clinician", random.pick(profile.clinicians)],
    ["merchant", random.pick(profile.merchants)],
    ["product", random.pick(TEMPLATES_BY_LANGUAGE[language].products)],
  ];
}

/** Draws the facts of one conversation that starts at a moment. */
export function drawFacts(
  random: SeededRandom,
  profile: TenantProfile,
  customer: TemplatedCustomer,
  at: Date,
): MessageFacts {
  return new Map([
    ...knownFacts(profile, customer),
    ...timeFacts(random, profile, customer.language, at),
    ...drawnFacts(random, profile, customer.language),
  ]);
}

/** Writes facts in the place of their names; a name without a fact is an error of the template. */
export function fillTemplate(template: string, facts: MessageFacts): string {
  return template.replace(/\{(\w+)\}/g, (_match, name: string) => {
    const fact = facts.get(name);
    if (fact === undefined) throw new Error(`no fact for {${name}} in "${template}"`);
    return fact;
  });
}
