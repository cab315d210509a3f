import fc from "fast-check";
import type { Customer } from "../../src/domain/customer";
import { defaultPolicy } from "../policy/principals";
import { engines } from "../support/engines";
import { openTestGateway, type Answer, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addMessages, addTenant } from "../support/records";
import { at, withoutRequestIds } from "./answers";
import {
  expectedOpen,
  expectedPersonal,
  levelFor,
  PURPOSES,
  purposesOfRole,
  reaches,
  ROLES,
  type Asked,
  type Asker,
  type Expected,
  type LevelName,
} from "./level-model";

const SCOPED = ["identity", "contact", "content", "traffic", "consent"];
const LEVELS: readonly (LevelName | null)[] = [null, "TOKEN", "MASKED", "CLEAR"];
const TENANTS = ["larkfield", "brackenbury"];

/** What is stored of every customer, and what MASKED shows of it, worked out by hand. */
const PERSONAL = {
  name: { category: "identity", clear: "Zoë Quillfeather", masked: "Z. Q." },
  birthDate: { category: "identity", clear: "1987-03-09", masked: "1987-••-••" },
  phone: { category: "contact", clear: "", masked: "" },
  email: { category: "contact", clear: "zoe.quill@post.example.org", masked: "z•••@•••.org" },
  address: { category: "contact", clear: "3 Invented Mews, Nowhere", masked: "[withheld]" },
};
const BODY = "The parcel waits at the bakery, your code is 481516.";
const TWIN = "The parcel waits at the bakery, your code is [OTP].";

interface Person extends Asked {
  readonly id: string;
  readonly phone: string;
  readonly message: string;
}

interface World {
  readonly gateway: TestGateway;
  readonly people: readonly Person[];
  readonly callers: Map<string, Caller>;
}

async function addPeople(gateway: TestGateway): Promise<Person[]> {
  const people: Person[] = [];
  for (const tenant of TENANTS) {
    const tenantId = await addTenant(gateway, tenant);
    for (const status of ["ACTIVE", "RESTRICTED", "ERASED"] as const) {
      for (const consentBits of [0, 1, 2, 3]) {
        const values = { name: PERSONAL.name.clear, birthDate: PERSONAL.birthDate.clear };
        const contact = { email: PERSONAL.email.clear, address: PERSONAL.address.clear };
        const customer: Customer = await addCustomer(gateway, tenantId, {
          ...values,
          ...contact,
          consentBits,
        });
        const [message = ""] = await addMessages(gateway, customer, [BODY]);
        await gateway.fieldward.databases.data.write((manager) =>
          manager.update("Customer", { id: customer.id }, { status }),
        );
        people.push({ id: customer.id, tenant, status, consentBits, phone: customer.phone ?? "", message });
      }
    }
  }
  return people;
}

async function callerOf({ gateway, callers }: World, asker: Asker): Promise<Caller> {
  const who = "role" in asker ? [asker.role, String(asker.trained)] : [asker.tenant, ...asker.scopes];
  const key = [...who, "role" in asker ? "" : asker.purpose].join(" ");
  const known = callers.get(key);
  if (known !== undefined) return { ...known, purpose: asker.purpose };
  const made =
    "role" in asker
      ? await gateway.staff(asker.role, asker.purpose, asker.trained)
      : await gateway.partner(asker.tenant, asker.scopes, [asker.purpose]);
  callers.set(key, made);
  return made;
}

const aliases = (field: string): string =>
  LEVELS.map((as) => (as === null ? field : `${field}${as}: ${field}(as: ${as})`)).join(" ");

const QUERY = `query ($id: ID!, $message: ID!) {
  customer(id: $id) { id status country ${Object.keys(PERSONAL).map(aliases).join(" ")} consents { id } consentState(purpose: "marketing") }
  message(id: $message) { id externalId ${aliases("customerNumber")} ${aliases("body")} direction status sentAt customer { ${aliases("phone")} } }
}`;

/** Holds one place of the answer against what the model expects there. */
function expectPlace(
  answer: Answer,
  place: string,
  expected: Expected,
  shown: { clear: unknown; masked?: string; token?: RegExp },
): void {
  const errors = (answer.errors ?? []).filter(({ path }) => path?.join(".") === place);
  const value = at(answer, place);
  if ("code" in expected) {
    expect({ place, value, codes: errors.map(({ extensions }) => extensions["code"]) }).toEqual({
      place,
      value: null,
      codes: [expected.code],
    });
    return;
  }
  expect({ place, errors }).toEqual({ place, errors: [] });
  if (expected.level === "TOKEN") expect(value).toMatch(shown.token ?? /^$/);
  else
    expect({ place, value }).toEqual({
      place,
      value: expected.level === "MASKED" ? shown.masked : shown.clear,
    });
}

function shownOf(category: string, clear: string, masked: string) {
  return { clear, masked, token: new RegExp(`^${category}_[a-z2-7]{26}$`) };
}

function expectFields(
  answer: Answer,
  above: string,
  fields: Readonly<Record<string, ReturnType<typeof shownOf> & { category: string }>>,
  asker: Asker,
  asked: Asked,
): void {
  for (const [field, { category, ...shown }] of Object.entries(fields)) {
    for (const as of LEVELS) {
      expectPlace(
        answer,
        `${above}.${field}${as ?? ""}`,
        expectedPersonal(asker, asked, category, as),
        shown,
      );
    }
  }
}

/** What MASKED shows of a text: nothing of a restricted customer's, but to the roles that restriction does not hold. */
function maskedBody(asker: Asker, { status }: Person): string {
  const seesRestricted = "role" in asker && defaultPolicy.roles.get(asker.role)?.restricted === true;
  return status === "RESTRICTED" && !seesRestricted ? "[withheld]" : TWIN;
}

function expectAnswer(answer: Answer, asker: Asker, person: Person): void {
  const phone = {
    category: "contact",
    ...shownOf("contact", person.phone, `+44 ••• ${person.phone.slice(-2)}`),
  };
  for (const [field, { category, clear, masked }] of Object.entries(PERSONAL)) {
    const shown = field === "phone" ? phone : { category, ...shownOf(category, clear, masked) };
    expectFields(answer, "customer", { [field]: shown }, asker, person);
  }
  expectPlace(answer, "customer.status", { level: "CLEAR" }, { clear: person.status });
  expectPlace(answer, "customer.country", { level: "CLEAR" }, { clear: "GB" });
  expectPlace(answer, "customer.consents", expectedOpen(asker, person, "consent"), { clear: [] });
  expectPlace(answer, "customer.consentState", expectedOpen(asker, person, "consent"), { clear: "NONE" });
  const body = { category: "content", ...shownOf("content", BODY, maskedBody(asker, person)) };
  expectFields(answer, "message", { customerNumber: phone, body }, asker, person);
  expectPlace(answer, "message.direction", expectedOpen(asker, person, "traffic"), { clear: "OUTBOUND" });
  expectPlace(answer, "message.status", expectedOpen(asker, person, "traffic"), { clear: "DELIVERED" });
  expectFields(answer, "message.customer", { phone }, asker, person);
}

const staff: fc.Arbitrary<Asker> = fc.constantFrom(...ROLES).chain((role) =>
  fc.record({
    role: fc.constant(role),
    trained: fc.boolean(),
    purpose: fc.constantFrom(...purposesOfRole(role)),
  }),
);

const scope = fc
  .tuple(fc.constantFrom(...SCOPED), fc.constantFrom("token", "masked", "clear", "lookup"))
  .map(([category, level]) => `${category}:${level}`);

const partner: fc.Arbitrary<Asker> = fc.record({
  scopes: fc.uniqueArray(scope, { maxLength: 8 }),
  tenant: fc.constantFrom(...TENANTS),
  purpose: fc.constantFrom(...PURPOSES),
});

/** The message's own root field asks for sight of content or of traffic. */
function seesMessages(asker: Asker): boolean {
  return levelFor(asker, "content") !== "HIDDEN" || levelFor(asker, "traffic") !== "HIDDEN";
}

async function check(world: World, asker: Asker, person: Person): Promise<void> {
  const { gateway } = world;
  const caller = await callerOf(world, asker);
  const variables = { id: person.id, message: person.message };
  const answer = await gateway.query(caller, QUERY, variables);
  expect(withoutRequestIds(await gateway.slowly(caller, QUERY, variables))).toBe(withoutRequestIds(answer));
  const reached = reaches(asker, person);
  if (reached === "FORBIDDEN" || !seesMessages(asker)) {
    expect(answer).toMatchObject({ status: 403, errors: [{ extensions: { code: "FORBIDDEN" } }] });
    expect(answer.data).toBeUndefined();
  } else if (reached === "null") expect(answer.data).toEqual({ customer: null, message: null });
  else expectAnswer(answer, asker, person);
}

describe.each(engines)("the level that is served on $name", (engine) => {
  let world: World;
  beforeAll(async () => {
    const gateway = await openTestGateway(engine);
    world = { gateway, people: await addPeople(gateway), callers: new Map() };
  });
  afterAll(() => world.gateway.close());

  const runs = engine.server === null ? 100 : 30;
  const person = fc.nat({ max: 23 });

  it("is what role, purpose, training and the customer's state add up to, for staff", async () => {
    await fc.assert(
      fc.asyncProperty(staff, person, (asker, i) => check(world, asker, world.people[i] ?? fail(i))),
      { numRuns: runs },
    );
  });

  it("is what scopes, purpose, tenant and consent add up to, for a partner", async () => {
    await fc.assert(
      fc.asyncProperty(partner, person, (asker, i) => check(world, asker, world.people[i] ?? fail(i))),
      { numRuns: runs },
    );
  });
});

function fail(i: number): never {
  throw new Error(`there is no person ${String(i)}`);
}
