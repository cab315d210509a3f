import { drawDaytimeMoment } from "./daytime-moment";
import { drawConsents } from "./demo-consents";
import type { TemplatedCustomer } from "./demo-records";
import { drawAddress } from "./fictional-addresses";
import { drawPhone } from "./fictional-phones";
import { drawName } from "./person-names";
import type { SeededRandom } from "./seeded-random";
import type { TenantProfile } from "./tenant-profiles";

const DAY = 86_400_000;
const UNDECOMPOSED: ReadonlyMap<string, string> = new Map([
  ["ł", "l"],
  ["ß", "ss"],
  ["ı", "i"],
]);
const MAIL_DOMAINS = ["example.com", "example.org", "example.net"];

/** The names, phones and e-mails already given, so that no two customers share one. */
export type Taken = Set<string>;

function drawUnused(taken: Taken, draw: () => string): string {
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    const value = draw();
    if (!taken.has(value)) {
      taken.add(value);
      return value;
    }
  }
  throw new Error("the templates have too few values for so many customers");
}

/** A name in the letters that the local part of an e-mail address has. */
function mailLetters(name: string): string {
  const decomposed = name.toLowerCase().normalize("NFD");
  return Array.from(decomposed, (letter) => UNDECOMPOSED.get(letter) ?? letter)
    .join("")
    .replace(/[^a-z-]/g, "");
}

function drawEmail(random: SeededRandom, name: string, birthDate: string): string {
  const [first = "", last = ""] = name.split(" ").map(mailLetters);
  const year = birthDate.slice(2, 4);
  const local = random.pick([
    `${first}.${last}`,
    `${first}.${last}${year}`,
    `${last}.${first}`,
    `${first}_${last}${random.int(2, 99)}`,
    `${first.charAt(0)}.${last}${birthDate.slice(0, 4)}`,
  ]);
  return `${local}@${random.pick(MAIL_DOMAINS)}`;
}

function drawBirthDate(random: SeededRandom, now: Date): string {
  const age = (years: number): Date => new Date(now.getTime() - years * 365.25 * DAY);
  return random.moment(age(84), age(19)).toISOString().slice(0, 10);
}

function makeCustomer(
  random: SeededRandom,
  profile: TenantProfile,
  externalRef: string,
  taken: Taken,
  now: Date,
): TemplatedCustomer {
  const { country, replyNumber, utcOffsetHours } = profile;
  const language = random.weighted(profile.languages);
  const name = drawUnused(taken, () => {
    const { first, last } = drawName(random, language);
    return `${first} ${last}`;
  });
  const birthDate = drawBirthDate(random, now);
  const createdAt = drawDaytimeMoment(random, {
    from: new Date(now.getTime() - 730 * DAY),
    to: new Date(now.getTime() - 3 * DAY),
    utcOffsetHours,
  });
  return {
    tenantKey: profile.tenant.key,
    externalRef,
    name,
    birthDate,
    phone: drawUnused(taken, () => drawPhone(random, country)),
    email: drawUnused(taken, () => drawEmail(random, name, birthDate)),
    address: drawAddress(random, country),
    country,
    language,
    createdAt,
    consents: drawConsents(random, { createdAt, now, replyNumber, utcOffsetHours }),
  };
}

/** Makes the customers of one tenant. */
export function makeCustomers(
  random: SeededRandom,
  profile: TenantProfile,
  taken: Taken,
  now: Date,
): TemplatedCustomer[] {
  let number = random.int(10_000, 20_000);
  return Array.from({ length: profile.customerCount }, () => {
    number += random.int(1, 400);
    return makeCustomer(random, profile, `${profile.refPrefix}-${number}`, taken, now);
  });
}
