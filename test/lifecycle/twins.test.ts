import { pastTheGateway } from "../graphql/past-the-gateway";
import { at, codes, listAt, textAt } from "../graphql/answers";
import { Message } from "../../src/domain/message";
import { engines } from "../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addMessages, addTenant } from "../support/records";
import { typesOnly } from "../support/twin-text";
import { SwitchedDetector } from "./switched-detector";

const BODY = "hi amira, please call +44 7700 900123 about the parcel";
const TWIN = "hi [PERSON], please call [PHONE] about the parcel";
const READ = "query ($id: ID!) { message(id: $id) { body } }";

describe.each(engines)("the twin of a message on $name", (engine) => {
  const detector = new SwitchedDetector();
  let gateway: TestGateway;
  let tenant: string;
  let support: Caller;
  let partner: Caller;
  beforeAll(async () => {
    gateway = await openTestGateway(engine, {}, { detector });
    tenant = await addTenant(gateway, "larkfield");
    support = await gateway.staff("support", "support");
    partner = await gateway.partner("larkfield", ["content:clear", "traffic:clear"], ["support"]);
  }, 60_000);
  afterEach(() => {
    detector.mode = "works";
    jest.restoreAllMocks();
  });
  afterAll(() => gateway.close());

  const stored = async (body = BODY, status: "ACTIVE" | "RESTRICTED" = "ACTIVE"): Promise<string> => {
    const customer = await addCustomer(gateway, tenant, { status });
    return (await addMessages(gateway, customer, [body]))[0] ?? "";
  };
  /** What a caller gets, which both ways must agree on. */
  const bodyFor = async (caller: Caller, id: string): Promise<unknown> => {
    const answers = [await gateway.query(caller, READ, { id }), await gateway.slowly(caller, READ, { id })];
    const [fast, slow] = answers.map((answer) =>
      answer.errors === undefined ? at(answer, "message.body") : codes(answer)[0],
    );
    expect(slow).toEqual(fast);
    return typesOnly(fast);
  };
  const row = async (id: string) => {
    const [found] = await pastTheGateway(gateway, "data", "SELECT * FROM message WHERE id = ?", [id]);
    return found ?? {};
  };
  const set = (id: string, column: string, value: string) =>
    pastTheGateway(gateway, "data", `UPDATE message SET ${column} = ${value} WHERE id = ?`, [id]);
  const forge = async (table: string, column: string, id: string): Promise<void> => {
    const [found] = await pastTheGateway(gateway, "data", `SELECT ${column} FROM ${table} WHERE id = ?`, [
      id,
    ]);
    const envelope = Buffer.from(found?.[column] as Uint8Array);
    envelope.writeUInt8(envelope.readUInt8(envelope.length - 1) ^ 1, envelope.length - 1);
    await pastTheGateway(gateway, "data", `UPDATE ${table} SET ${column} = ? WHERE id = ?`, [envelope, id]);
  };

  const changed = (id: string, given: object): Promise<string> =>
    gateway.fieldward.services.customers.update({ id, ...given }, tenant, () => Promise.resolve());
  /** Does something once the next twins are made and before they are stored. */
  const meanwhile = (work: () => Promise<unknown>): void => {
    const { twins } = gateway.fieldward.twins;
    const make = twins.make.bind(twins);
    jest.spyOn(twins, "make").mockImplementationOnce(async (...given) => {
      const made = await make(...given);
      await work();
      return made;
    });
  };

  it("is what MASKED shows, without the number and the customer's own name in lower case", async () => {
    const id = await stored();
    expect(await bodyFor(support, id)).toBe(TWIN);
    expect(await bodyFor(partner, id)).toBe(BODY);
  });

  it("shows what the policy's operators for the role show", async () => {
    const id = await stored();
    const analyst = await gateway.staff("analyst", "analytics");
    const masker = await gateway.partner("larkfield", ["content:masked", "traffic:clear"], ["support"]);
    const shown = async (caller: Caller) => textAt(await gateway.query(caller, READ, { id }), "message.body");
    expect(await shown(support)).toMatch(
      /^hi \[PERSON_[1-9]\d\d\], please call \[PHONE •••23\] about the parcel$/,
    );
    expect(await shown(analyst)).toMatch(/^hi \[PERSON_[1-9]\d\d\], please call \[PHONE_[1-9]\d\d\] about/);
    expect(await shown(masker)).toBe(TWIN);
  });

  it("is in a list, beside others and asked for at a lower level", async () => {
    const customer = await addCustomer(gateway, tenant);
    await addMessages(gateway, customer, [BODY, "Nothing in here."]);
    const lists = `query ($id: ID!) { customer(id: $id) { messages { nodes { body(as: MASKED) } } } }`;
    const answer = await gateway.query(partner, lists, { id: customer.id });
    expect(listAt(answer, "customer.messages.nodes")).toEqual([{ body: "Nothing in here." }, { body: TWIN }]);
  });

  it("lies sealed, and nothing of it or the text stands in the row", async () => {
    const found = await row(await stored());
    const twin = Buffer.from(found["body_twin_ct"] as Uint8Array);
    expect([twin[0], found["twin_version"]]).toEqual([0xe1, 1]);
    const bytes = Object.values(found).map((value) =>
      value instanceof Uint8Array || value instanceof ArrayBuffer
        ? Buffer.from(value as Uint8Array).toString("latin1")
        : String(value),
    );
    expect(bytes.join("\n")).not.toMatch(/parcel|amira|PERSON|900123/i);
  });

  it("is opened instead of the text: a text that was tampered with does not matter to MASKED", async () => {
    const [id, other] = [await stored(), await stored()];
    await forge("message", "body_ct", id);
    expect([await bodyFor(support, id), await bodyFor(partner, id)]).toEqual([TWIN, "FIELD_TAMPERED"]);
    await forge("message", "body_twin_ct", other);
    expect([await bodyFor(support, other), await bodyFor(partner, other)]).toEqual(["FIELD_TAMPERED", BODY]);
  });

  it("is withheld where the customer is restricted, but from whom restriction does not hold", async () => {
    const id = await stored(BODY, "RESTRICTED");
    const compliance = await gateway.staff("compliance", "legal");
    const seen = [await bodyFor(partner, id), await bodyFor(support, id), await bodyFor(compliance, id)];
    expect(seen).toEqual(["[withheld]", "[withheld]", TWIN]);
    await set(id, "body_stored", "0");
    expect(await bodyFor(support, id)).toBeNull();
  });

  it.each(["hangs", "throws"] as const)("is left to be tried again where the detector %s", async (mode) => {
    detector.mode = mode;
    const id = await stored();
    expect(await row(id)).toMatchObject({ body_twin_ct: null, twin_version: null });
    expect([await bodyFor(support, id), await bodyFor(partner, id)]).toEqual(["[withheld]", BODY]);
  });

  it("is not there of what is too long, or too long as a twin", async () => {
    const long = await stored("a ".repeat(2_001));
    detector.mode = "greedy";
    const finds = await stored("7".repeat(400));
    for (const id of [long, finds]) {
      expect(await bodyFor(support, id)).toBe("[withheld]");
      expect(await row(id)).toMatchObject({ body_twin_ct: null, twin_version: 1 });
    }
  });

  it("is made before anything is written or locked", async () => {
    const write = jest.spyOn(gateway.fieldward.databases.data, "write");
    const customer = await addCustomer(gateway, tenant);
    write.mockClear();
    const writesBefore: number[] = [];
    const detect = detector.detect.bind(detector);
    jest.spyOn(detector, "detect").mockImplementation((...given) => {
      writesBefore.push(write.mock.calls.length);
      return detect(...given);
    });
    const [id = ""] = await addMessages(gateway, customer, [BODY]);
    expect([writesBefore, write.mock.calls.length]).toEqual([[0], 1]);
    expect(await bodyFor(support, id)).toBe(TWIN);
  });

  it.each([{ name: "Parcel Novak" }, { country: "DE" }])(
    "is left to be made again where the customer becomes %j meanwhile",
    async (given) => {
      const customer = await addCustomer(gateway, tenant);
      meanwhile(() => changed(customer.id, given));
      const [id = ""] = await addMessages(gateway, customer, [BODY]);
      expect(await row(id)).toMatchObject({ body_twin_ct: null, twin_version: null });
    },
  );

  it("is left to be made again where the number becomes another customer's meanwhile", async () => {
    const store = async (externalId: string) => {
      const message = { externalId, customerNumber: "+447700900999", direction: "INBOUND", body: BODY };
      const { messages } = gateway.fieldward.services;
      const checked = messages.check([{ ...message, sentAt: new Date(0) }]);
      const [outcome] = await messages.store(checked, tenant, () => Promise.resolve());
      return outcome?.id ?? "";
    };
    let first = "";
    meanwhile(async () => {
      first = await store("SM-first");
    });
    const [second, versions] = [await row(await store("SM-second")), [(await row(first))["twin_version"]]];
    expect(second["customer_id"]).toBe((await row(first))["customer_id"]);
    expect([...versions, second["twin_version"]]).toEqual([1, null]);
  });

  it.each([
    { given: { name: "Quillon Parcel" }, version: null },
    { given: { country: "DE" }, version: null },
    // Whether it is the same would be told by the time that it takes.
    { given: { name: "Amira Novak" }, version: null },
    { given: { address: "8 Fictional Lane", language: "de" }, version: 1 },
  ])("is served, and made again only where it could become another, after $given", async (change) => {
    const customer = await addCustomer(gateway, tenant);
    const [id = ""] = await addMessages(gateway, customer, [BODY]);
    const other = await stored();
    await changed(customer.id, change.given);
    expect([(await row(id))["twin_version"], (await row(other))["twin_version"]]).toEqual([
      change.version,
      1,
    ]);
    expect(await bodyFor(support, id)).toBe(TWIN);
  });

  it("is withheld where it is none that can be read, and null where there is no text", async () => {
    const [id, none] = [await stored(), await stored()];
    await gateway.fieldward.databases.data.write(async (manager) => {
      const found = await manager.findOneByOrFail(Message, { id });
      found.bodyTwin = `[{"type":"PHONE","clear":"+447700900123"}]`;
      await manager.save(found);
    });
    await set(none, "body_stored", "0");
    expect([await bodyFor(support, id), await bodyFor(support, none)]).toEqual(["[withheld]", null]);
  });

  it("is made though the customer's name cannot be opened", async () => {
    const customer = await addCustomer(gateway, tenant, { name: "Quillon Abernethy" });
    await forge("customer", "name_ct", customer.id);
    const [id = ""] = await addMessages(gateway, customer, ["Call +44 7700 900123."]);
    expect(await bodyFor(support, id)).toBe("Call [PHONE].");
  });

  it("gives way to the text where an elevation lifts the customer, and nowhere else", async () => {
    const customer = await addCustomer(gateway, tenant);
    const [id = ""] = await addMessages(gateway, customer, [BODY]);
    const other = await stored();
    const request = `mutation ($customer: ID!) {
      requestElevation(customerId: $customer, category: CONTENT, reason: "A complaint about this text.", minutes: 10) { id }
    }`;
    const lifted = await gateway.staff("support", "support; case=T-1042");
    const asked = await gateway.query(lifted, request, { customer: customer.id });
    const security = await gateway.staff("security", "security");
    await gateway.query(security, "mutation ($id: ID!) { approveElevation(id: $id) { id } }", {
      id: textAt(asked, "requestElevation.id"),
    });
    gateway.clock.forward(3_000);
    expect([await bodyFor(lifted, id), await bodyFor(lifted, other)]).toEqual([BODY, TWIN]);
  });

  it("goes with the customer's keys and values", async () => {
    const customer = await addCustomer(gateway, tenant);
    const [id = ""] = await addMessages(gateway, customer, [BODY]);
    await gateway.fieldward.services.shredder.shred(customer.id, tenant, "operator");
    expect((await row(id))["body_twin_ct"]).toBeNull();
    expect(await bodyFor(support, id)).toBe("ERASED");
  });
});
