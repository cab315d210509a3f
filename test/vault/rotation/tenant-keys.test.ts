import { rmSync } from "node:fs";
import { join } from "node:path";
import { SUITES } from "../../../src/crypto/suites";
import { random } from "../../../src/installation";
import { createKeyset } from "../../../src/vault/providers/local-keyset";
import { rotate } from "../../../src/vault/rotation/rotate";
import { at, codes, listAt } from "../../graphql/answers";
import { pastTheGateway } from "../../graphql/past-the-gateway";
import { engines } from "../../support/engines";
import { openTestGateway, type TestGateway } from "../../support/gateway";
import { peopleOf, type People } from "./people";
import { anotherProcess, JOBS, jobParts, runToEnd, serveAnother, type ServingReplica } from "./processes";

describe.each(engines)("a tenant's own key on $name", (engine) => {
  let gateway: TestGateway;
  let larkfield: People;
  let northgate: People;
  let path: string;
  let made: string;
  /** Serves with both providers named. */
  let replica: ServingReplica;
  beforeEach(async () => {
    gateway = await openTestGateway(engine);
    larkfield = await peopleOf(gateway, "larkfield");
    northgate = await peopleOf(gateway, "northgate");
    await larkfield.fill(12, 3);
    await northgate.fill(5, 2);
    path = join(gateway.installation.directory, "northgate.json");
    const options = { suite: SUITES["xchacha20-poly1305"], random, clock: gateway.clock.read };
    await createKeyset(path, { ...options, passphrase: undefined });
    const operator = await anotherProcess(gateway, both());
    replica = await serveAnother(gateway, both());
    const order = { tenantId: northgate.tenantId, provider: `local:${path}`, rotateProvider: false };
    made = (await rotate(jobParts(gateway, operator).rotate, order)).id;
    pastTtl();
    await runToEnd(gateway, operator, JOBS.rewrap(jobParts(gateway, operator)));
    await operator.close();
  }, 60_000);
  afterEach(async () => {
    await replica.close();
    await gateway.close();
  });

  const both = () => ({ FIELDWARD_MORE_KEY_PROVIDERS: `local:${path}` });

  const pastTtl = (): void => {
    gateway.clock.forward(gateway.fieldward.opened.keys.ttlMs);
  };
  const keksOf = async (tenantId: string): Promise<unknown[]> => {
    const query = `SELECT DISTINCT kek_id FROM subject_key WHERE tenant_id = '${tenantId}'`;
    return (await pastTheGateway(gateway, "vault", query)).map((row) => row["kek_id"]);
  };

  it("is what that tenant's keys are under, and nobody else's", async () => {
    expect(await keksOf(northgate.tenantId)).toEqual([made]);
    expect(await keksOf(larkfield.tenantId)).toHaveLength(1);
    expect(await keksOf(larkfield.tenantId)).not.toEqual([made]);
    for (const people of [larkfield, northgate]) await people.expectAll(replica);
  });

  it("wraps that tenant's new customers as well", async () => {
    await northgate.create(replica);
    await larkfield.create(replica);
    expect(await keksOf(northgate.tenantId)).toHaveLength(1);
    expect(await keksOf(northgate.tenantId)).not.toEqual(await keksOf(larkfield.tenantId));
    await northgate.expectAll(replica);
  });

  it("makes that tenant unreadable where it is gone and a gateway starts", async () => {
    rmSync(path);
    const restarted = await serveAnother(gateway, both());
    const read = "{ customers { nodes { name } } }";
    const theirs = await restarted.query(northgate.partner, read);
    await larkfield.expectAll(restarted).finally(() => restarted.close());
    expect(new Set(codes(theirs))).toEqual(new Set(["VAULT_UNAVAILABLE"]));
  });

  it("leaves the others readable to whoever reads all tenants at once", async () => {
    rmSync(path);
    const restarted = await serveAnother(gateway, both());
    const staff = await gateway.staff("compliance", "legal");
    const all = await restarted
      .query(staff, "{ customers(first: 100) { nodes { tenantId name } } }")
      .finally(() => restarted.close());
    expect(listAt(all, "customers.nodes")).toHaveLength(larkfield.known.size + northgate.known.size);
    const named = listAt(all, "customers.nodes") as { tenantId: string; name: string | null }[];
    expect(named.every(({ tenantId, name }) => (name !== null) === (tenantId === larkfield.tenantId))).toBe(
      true,
    );
  });

  it("disturbs nobody who asks at the same moment", async () => {
    rmSync(path);
    const restarted = await serveAnother(gateway, both());
    const read = "{ customers { nodes { name } } }";
    const [ours] = await Promise.all([
      restarted.query(larkfield.partner, read),
      restarted.query(northgate.partner, read),
    ]);
    await restarted.close();
    expect(codes(ours)).toEqual([]);
    expect(at(ours, "customers.nodes.0.name")).toBe("Person 0");
  });

  it("is used for at most the TTL by a gateway that runs", async () => {
    await northgate.expectAll(replica);
    rmSync(path);
    pastTtl();
    const theirs = await replica.query(northgate.partner, "{ customers { nodes { name } } }");
    expect(new Set(codes(theirs))).toEqual(new Set(["VAULT_UNAVAILABLE"]));
    await larkfield.expectAll(replica);
  });

  it("leaves rewrapping to go on for everyone else where it is gone", async () => {
    rmSync(path);
    const other = await anotherProcess(gateway, both());
    const order = { tenantId: null, provider: undefined, rotateProvider: true };
    const deployed = await rotate(jobParts(gateway, other).rotate, order);
    pastTtl();
    const run = await runToEnd(gateway, other, JOBS.rewrap(jobParts(gateway, other))).finally(() =>
      other.close(),
    );
    expect(run.failed).toBeGreaterThan(0);
    expect(await keksOf(larkfield.tenantId)).toEqual([deployed.id]);
  });
});
