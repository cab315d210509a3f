import { ApiToken } from "../../src/domain/api-token";
import { Session } from "../../src/domain/session";
import { Staff } from "../../src/domain/staff";
import { Tenant } from "../../src/domain/tenant";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";

describe.each(engines)("a fresh installation on $name", (engine) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
  });
  afterAll(() => gateway.close());

  it("has no account, no session, no token and no tenant", async () => {
    const { manager } = gateway.fieldward.databases.data.reader;
    for (const entity of [Staff, Session, ApiToken, Tenant])
      expect([entity.name, await manager.count(entity)]).toEqual([entity.name, 0]);
  });
});
