import { allowsMarketing } from "../../src/demo/demo-consents";
import { makeDemoData } from "../../src/demo/demo-data";
import type { DemoConsent, DemoCustomer, DemoMessage } from "../../src/demo/demo-data";
import { measureSms } from "../../src/demo/sms-segments";

const NOW = new Date("2026-03-01T12:34:56.789Z");
const DAY = 86_400_000;
const { tenants, customers, messages } = makeDemoData(1, NOW);

const FICTION: Readonly<Record<string, RegExp>> = {
  GB: /^\+447700900\d{3}$/,
  FR: /^\+3363998\d{4}$/,
  US: /^\+1[2-9]\d{2}55501\d{2}$/,
};

const byRef = new Map(customers.map((customer) => [customer.externalRef, customer]));
const share = (list: readonly unknown[], part: readonly unknown[]): number => part.length / list.length;
const distinct = (values: readonly string[]): number => new Set(values).size;

function customerOf(message: DemoMessage): DemoCustomer {
  const customer = byRef.get(message.customerRef);
  if (customer === undefined) throw new Error(`no customer ${message.customerRef}`);
  return customer;
}

function lastMarketing(customer: DemoCustomer): DemoConsent | undefined {
  return customer.consents.filter((consent) => consent.purpose === "marketing").at(-1);
}

describe("the demo data", () => {
  it("is the same for the same seed", () => {
    expect(makeDemoData(1, NOW)).toEqual({ tenants, customers, messages });
  });

  it("is different for another seed", () => {
    expect(makeDemoData(2, NOW).customers).not.toEqual(customers);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("has about 200 customers and 2,000 messages for seed %d", (seed) => {
    const made = makeDemoData(seed, NOW);
    expect(made.customers).toHaveLength(200);
    expect(made.messages.length).toBeGreaterThan(1700);
    expect(made.messages.length).toBeLessThan(2300);
  });

  it("has a tenant in each of three countries", () => {
    expect(tenants.map((tenant) => tenant.country)).toEqual(["GB", "FR", "US"]);
  });
});

describe("the demo customers", () => {
  it("share no name, phone, e-mail or reference", () => {
    expect(distinct(customers.map((customer) => customer.name))).toBe(200);
    expect(distinct(customers.map((customer) => customer.phone))).toBe(200);
    expect(distinct(customers.map((customer) => customer.email))).toBe(200);
    expect(distinct(customers.map((customer) => customer.externalRef))).toBe(200);
  });

  it("use only numbers reserved for fiction", () => {
    const outside = customers.filter((customer) => !FICTION[customer.country]?.test(customer.phone));
    expect(outside).toEqual([]);
  });

  it("share no number with a tenant, whose own are reserved for fiction too", () => {
    const numbers = tenants.flatMap(({ country, senderIds }) =>
      senderIds.filter((sender) => sender.startsWith("+")).map((sender) => ({ country, sender })),
    );
    expect(numbers.filter(({ country, sender }) => !FICTION[country]?.test(sender))).toEqual([]);
    const phones = new Set(customers.map((customer) => customer.phone));
    expect(numbers.filter(({ sender }) => phones.has(sender))).toEqual([]);
  });

  it("have e-mails at example domains that are more than a word", () => {
    const form = /^[a-z-]+[._][a-z-]+\d*@example\.(com|org|net)$/;
    expect(customers.filter((customer) => !form.test(customer.email))).toEqual([]);
  });

  it("are adults with a real date of birth", () => {
    const ages = customers.map(({ birthDate }) => (NOW.getTime() - Date.parse(birthDate)) / (365.25 * DAY));
    expect(Math.min(...ages)).toBeGreaterThan(18);
    expect(Math.max(...ages)).toBeLessThan(85);
    expect(customers.filter(({ birthDate }) => !/^\d{4}-\d{2}-\d{2}$/.test(birthDate))).toEqual([]);
  });

  it("were created within the last two years", () => {
    const times = customers.map((customer) => customer.createdAt.getTime());
    expect(Math.min(...times)).toBeGreaterThanOrEqual(NOW.getTime() - 730 * DAY);
    expect(Math.max(...times)).toBeLessThan(NOW.getTime());
  });

  it("speak several languages in each country", () => {
    const spoken = new Set(customers.map(({ country, language }) => `${country} ${language}`));
    expect([...spoken]).toEqual(
      expect.arrayContaining(["GB en", "GB de", "GB pl", "FR fr", "US en", "US es"]),
    );
  });
});

describe("the demo consents", () => {
  it("allow marketing to about 60 % of the customers", () => {
    const allowed = customers.filter((customer) => allowsMarketing(customer.consents, NOW));
    expect(Math.abs(share(customers, allowed) - 0.6)).toBeLessThan(0.12);
  });

  it("include ledgers of a grant and its withdrawal, and customers with none", () => {
    const both = customers.filter(
      (customer) =>
        lastMarketing(customer)?.state === "WITHDRAWN" &&
        customer.consents.some(({ purpose, state }) => purpose === "marketing" && state === "GRANTED"),
    );
    expect(both.length).toBeGreaterThan(10);
    expect(customers.filter((customer) => customer.consents.length === 0).length).toBeGreaterThan(5);
  });

  it("were recorded in order between the customer's creation and now", () => {
    const ordered = customers.map(({ createdAt, consents }) => {
      const times = [createdAt, ...consents.map((consent) => consent.recordedAt), NOW].map(Number);
      return times.every((time, index) => index === 0 || time >= (times[index - 1] ?? 0));
    });
    expect(ordered).not.toContain(false);
  });

  it("have an inbound STOP behind each withdrawal by message", () => {
    const stops = new Set(
      messages
        .filter(({ direction, body }) => direction === "INBOUND" && /^stop\b/i.test(body))
        .map(({ customerRef, sentAt }) => `${customerRef} ${sentAt.toISOString()}`),
    );
    const withdrawals = customers.flatMap(({ externalRef, consents }) =>
      consents
        .filter((consent) => consent.method === "sms-keyword")
        .map(({ recordedAt }) => `${externalRef} ${recordedAt.toISOString()}`),
    );
    expect(withdrawals.length).toBeGreaterThan(5);
    expect(withdrawals.sort()).toEqual([...stops].sort());
  });

  it("are respected by every marketing message", () => {
    const offers = messages.filter(
      ({ direction, body }) => direction === "OUTBOUND" && body.includes("STOP"),
    );
    expect(offers.length).toBeGreaterThan(50);
    expect(offers.filter((offer) => !allowsMarketing(customerOf(offer).consents, offer.sentAt))).toEqual([]);
  });
});

describe("the demo messages", () => {
  it("have distinct ids of the provider's form", () => {
    expect(distinct(messages.map((message) => message.externalId))).toBe(messages.length);
    expect(messages.filter((message) => !/^SM[0-9a-f]{32}$/.test(message.externalId))).toEqual([]);
  });

  it("are between a customer and a sender of the same tenant", () => {
    const senders = new Set(tenants.flatMap(({ key, senderIds }) => senderIds.map((id) => `${key} ${id}`)));
    const strays = messages.filter(
      (message) =>
        customerOf(message).tenantKey !== message.tenantKey ||
        !senders.has(`${message.tenantKey} ${message.senderId}`),
    );
    expect(strays).toEqual([]);
  });

  it("are sent, oldest first, within the last 90 days and after the customer's creation", () => {
    const times = messages.map((message) => message.sentAt.getTime());
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(NOW.getTime() - 90 * DAY);
    expect(Math.max(...times)).toBeLessThanOrEqual(NOW.getTime());
    expect(messages.filter((message) => message.sentAt < customerOf(message).createdAt)).toEqual([]);
  });

  it("have the encoding and segments of their bodies, of both kinds and lengths", () => {
    const wrong = messages.filter(({ body, encoding, segments }) => {
      const size = measureSms(body);
      return size.encoding !== encoding || size.segments !== segments;
    });
    expect(wrong).toEqual([]);
    expect(new Set(messages.map(({ encoding }) => encoding))).toEqual(new Set(["GSM-7", "UCS-2"]));
    const long = messages.filter(({ segments }) => segments > 1);
    expect(long.filter(({ encoding }) => encoding === "UCS-2").length).toBeGreaterThan(50);
    expect(long.filter(({ encoding }) => encoding === "GSM-7").length).toBeGreaterThan(10);
  });

  it("are at least 15 characters long, except few replies", () => {
    const short = messages.filter(({ body }) => body.length < 15);
    expect(short.filter(({ direction }) => direction === "OUTBOUND")).toEqual([]);
    expect(share(messages, short)).toBeLessThan(0.1);
  });

  it("are mostly delivered, and some undelivered with a carrier's error", () => {
    const outbound = messages.filter(({ direction }) => direction === "OUTBOUND");
    expect(
      share(
        outbound,
        outbound.filter(({ status }) => status === "DELIVERED"),
      ),
    ).toBeGreaterThan(0.85);
    expect(outbound.filter(({ errorCode }) => errorCode === "30003").length).toBeGreaterThan(10);
    expect(new Set(outbound.map(({ status }) => status))).toEqual(
      new Set(["SENT", "DELIVERED", "UNDELIVERED", "FAILED"]),
    );
  });

  it("have a status that agrees with their direction, error and delivery", () => {
    const odd = messages.filter(
      ({ direction, status, errorCode, sentAt, deliveredAt }) =>
        (direction === "INBOUND") !== (status === "RECEIVED") ||
        (errorCode !== null) !== (status === "UNDELIVERED" || status === "FAILED") ||
        (deliveredAt !== null) !== (status === "DELIVERED") ||
        (deliveredAt !== null && (deliveredAt < sentAt || deliveredAt > NOW)),
    );
    expect(odd).toEqual([]);
  });
});
