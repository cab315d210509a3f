import { at, refusals, withoutRequestIds } from "../graphql/answers";
import { pastTheGateway } from "../graphql/past-the-gateway";
import { engines } from "../support/engines";
import { openTestGateway, type Answer, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addTenant } from "../support/records";

const LIST = "{ customers { nodes { id name phone email address } } }";

describe.each(engines)("a value that was changed past the gateway on $name", (engine) => {
  let gateway: TestGateway;
  let caller: Caller;
  let ids: string[];
  beforeEach(async () => {
    gateway = await openTestGateway(engine);
    caller = await gateway.staff("compliance", "legal");
    const tenant = await addTenant(gateway, "larkfield");
    ids = [];
    for (let i = 0; i < 4; i += 1) ids.push((await addCustomer(gateway, tenant)).id);
  });
  afterEach(() => gateway.close());

  const bothWays = async (query: string): Promise<Answer> => {
    const answer = await gateway.query(caller, query);
    expect(withoutRequestIds(await gateway.slowly(caller, query))).toBe(withoutRequestIds(answer));
    return answer;
  };
  const stored = async (id: string | undefined, column: string): Promise<Buffer> => {
    const [row] = await pastTheGateway(gateway, "data", `SELECT ${column} AS v FROM customer WHERE id = ?`, [
      id ?? "",
    ]);
    return Buffer.from(row?.["v"] as Uint8Array);
  };
  const store = (id: string | undefined, column: string, value: Uint8Array) =>
    pastTheGateway(gateway, "data", `UPDATE customer SET ${column} = ? WHERE id = ?`, [value, id ?? ""]);

  it("is told of where it was put, swapped between two rows, and nowhere else", async () => {
    const [first, second] = [await stored(ids[0], "phone_ct"), await stored(ids[1], "phone_ct")];
    await store(ids[0], "phone_ct", second);
    await store(ids[1], "phone_ct", first);
    const answer = await bothWays(LIST);
    expect(refusals(answer)).toEqual([
      "customers.nodes.0.phone FIELD_TAMPERED",
      "customers.nodes.1.phone FIELD_TAMPERED",
    ]);
    for (const row of [0, 1, 2, 3]) {
      expect(at(answer, `customers.nodes.${String(row)}.name`)).toBe("Amira Novak");
      expect(at(answer, `customers.nodes.${String(row)}.phone`) === null).toBe(row < 2);
    }
  });

  it("is told of wherever a bit was flipped", async () => {
    const envelope = await stored(ids[2], "email_ct");
    for (const place of [1, 2, 17, 18, 30, envelope.length - 17, envelope.length - 1]) {
      const flipped = Buffer.from(envelope);
      flipped[place] = (flipped[place] ?? 0) ^ 1;
      await store(ids[2], "email_ct", flipped);
      const answer = await bothWays(LIST);
      expect({ place, refusals: refusals(answer) }).toEqual({
        place,
        refusals: ["customers.nodes.2.email FIELD_TAMPERED"],
      });
    }
    await store(ids[2], "email_ct", envelope);
    expect(refusals(await bothWays(LIST))).toEqual([]);
  });

  it("is told of where it was moved to another column of the same row", async () => {
    await store(ids[3], "name_ct", await stored(ids[3], "birth_date_ct"));
    expect(refusals(await bothWays(LIST))).toEqual(["customers.nodes.3.name FIELD_TAMPERED"]);
  });
});
