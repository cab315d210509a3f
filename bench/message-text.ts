import type { BenchCustomer, BenchMessage } from "./records";
import { INBOUND_TEMPLATES, OUTBOUND_TEMPLATES, type Tenant } from "./data-words";
import type { Random } from "./random";

const GSM_7 = /^[A-Za-z0-9 \n@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!"#¤%&'()*+,\-./:;<=>?¡ÄÖÑÜ§¿äöñüà]*$/;

type Fill = (customer: BenchCustomer, tenant: Tenant, random: Random) => string;

const FILLS: Readonly<Record<string, Fill>> = {
  brand: (_, tenant) => tenant.name,
  name: (customer) => customer.name,
  first: (customer) => customer.name.split(" ", 1)[0] ?? "",
  phone: (customer) => customer.phone,
  email: (customer) => customer.email,
  address: (customer) => customer.address,
  code: (_, __, random) => String(100_000 + random.below(900_000)),
  ref: (_, __, random) => String(10_000 + random.below(90_000)),
  last4: (_, __, random) => String(1_000 + random.below(9_000)),
  amount: (_, __, random) => (5 + random.below(90_000) / 100).toFixed(2),
  date: (_, __, random) => `${String(1 + random.below(12))}/${String(1 + random.below(28))}`,
  time: (_, __, random) => `${String(8 + random.below(10))}:${random.pick(["00", "15", "30", "45"])}`,
  url: (_, __, random) => `https://sms.example/${random.hex8()}`,
};

/** The text of one message, with how it travels. */
export function composeMessage(
  customer: BenchCustomer,
  tenant: Tenant,
  inbound: boolean,
  random: Random,
): Pick<BenchMessage, "body" | "encoding" | "segments"> {
  const template = random.pick(inbound ? INBOUND_TEMPLATES : OUTBOUND_TEMPLATES);
  const body = template.replace(
    /\{(\w+)\}/g,
    (_, word: string) => FILLS[word]?.(customer, tenant, random) ?? "",
  );
  const gsm7 = GSM_7.test(body);
  const [single, multiple] = gsm7 ? [160, 153] : [70, 67];
  const segments = body.length <= single ? 1 : Math.ceil(body.length / multiple);
  return { body, encoding: gsm7 ? "GSM-7" : "UCS-2", segments };
}
