import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pino from "pino";
import type { AccessEntry } from "../../src/audit/access-entry";
import { PACKAGE_DIR } from "../../src/config";
import { Level } from "../../src/domain/category";
import { FieldwardError } from "../../src/domain/errors";
import { PolicyDirectory } from "../../src/policy/policy-source";
import { keepPolicyUp, reloadPolicy } from "../../src/wiring/policy";
import { logged } from "../identity/account-entries";
import { directory } from "../policy/policy-directory";
import { engines } from "../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addTenant } from "../support/records";

const silent = pino({ level: "silent" });
const ROLES = join(directory, "roles.yaml");

/** Writes the shipped policy, with something in its roles put in the place of something else. */
function writePolicy(from = "", to = ""): void {
  cpSync(join(PACKAGE_DIR, "policy"), directory, { recursive: true });
  writeFileSync(ROLES, readFileSync(ROLES, "utf8").replace(from, to));
}

const MASKED = "identity: CLEAR, contact: MASKED, content: MASKED";
const HIDDEN = "identity: MASKED, contact: MASKED, content: MASKED";

describe.each(engines)("a policy that is reloaded while serving on $name", (engine) => {
  let gateway: TestGateway;
  let support: Caller;
  let customer: string;
  beforeAll(async () => {
    writePolicy();
    gateway = await openTestGateway(engine, { FIELDWARD_POLICY_DIR: directory });
    const tenant = await addTenant(gateway, "larkfield");
    customer = (await addCustomer(gateway, tenant, { name: "Amira Novak" })).id;
    support = await gateway.staff("support", "support");
  });
  afterAll(() => gateway.close());

  const nameShown = async (): Promise<unknown> =>
    (await gateway.query(support, `{ customer(id: "${customer}") { name } }`)).data?.["customer"];
  const reload = () => reloadPolicy(gateway.fieldward.services, silent);

  it("decides the next request, and is on the access log with both revisions", async () => {
    expect(await nameShown()).toEqual({ name: "Amira Novak" });
    writePolicy(MASKED, HIDDEN);
    const { from, to, changed } = await reload();
    expect(changed).toBe(true);
    expect(await nameShown()).toEqual({ name: "A. N." });
    expect(await logged(gateway, "POLICY")).toMatchObject([
      { operation: "reload", about: `${from} ${to}`, outcome: "ok" },
    ]);
  });

  it("is refused where a file is wrong: the one before decides, and the refusal is on the access log", async () => {
    writePolicy("contact: MASKED", "contact: NAKED");
    const { from, refused } = await reload();
    expect(refused).toMatch(/roles\.yaml:\d+: support\.levels\.contact/);
    expect(await nameShown()).toEqual({ name: "A. N." });
    expect((await logged(gateway, "POLICY")).at(-1)).toMatchObject({ about: from, outcome: "refused" });
  });

  it("writes nothing where nothing changed", async () => {
    writePolicy(MASKED, HIDDEN);
    const before = await logged(gateway, "POLICY");
    expect(await reload()).toMatchObject({ changed: false });
    expect(await logged(gateway, "POLICY")).toEqual(before);
  });
});

describe("a policy directory that is looked after", () => {
  const entries: AccessEntry[] = [];
  let fails = false;
  const accessLog = {
    append: (entry: AccessEntry): Promise<void> => {
      entries.push(entry);
      return fails ? Promise.reject(new FieldwardError("AUDIT_UNAVAILABLE")) : Promise.resolve();
    },
  };
  let policies: PolicyDirectory;
  let stop: () => void;
  beforeEach(() => {
    jest.useFakeTimers();
    entries.length = 0;
    writePolicy();
    policies = new PolicyDirectory(directory);
    stop = keepPolicyUp({ policies, accessLog }, directory, silent);
  });
  afterEach(() => {
    stop();
    jest.useRealTimers();
  });

  it("is read again within ten seconds of a change of its files", () => {
    const { revision } = policies.current;
    jest.advanceTimersByTime(20_000);
    expect(policies.current.revision).toBe(revision);
    writePolicy(MASKED, HIDDEN);
    jest.advanceTimersByTime(10_000);
    expect(policies.current.revision).not.toBe(revision);
    expect(entries).toMatchObject([{ kind: "POLICY", outcome: "ok" }]);
  });

  it("is not taken over while a deployment has written only some of its files", () => {
    const { revision } = policies.current;
    jest.advanceTimersByTime(20_000);
    writePolicy(MASKED, HIDDEN);
    jest.advanceTimersByTime(5_000);
    expect(policies.current.revision).toBe(revision);
    writeFileSync(join(directory, "limits.yaml"), "budget: { partner: 10 }\n");
    jest.advanceTimersByTime(5_000);
    expect(policies.current.revision).toBe(revision);
    jest.advanceTimersByTime(5_000);
    expect(policies.current.roles.get("support")?.levels.identity).toBe(Level.MASKED);
    expect(policies.current.limits.budget.partner).toBe(10);
    expect(entries).toHaveLength(1);
  });

  it("has what was written while the server started", () => {
    const older = new PolicyDirectory(directory);
    writePolicy(MASKED, HIDDEN);
    const end = keepPolicyUp({ policies: older, accessLog }, directory, silent);
    jest.advanceTimersByTime(10_000);
    end();
    expect(older.current.roles.get("support")?.levels.identity).toBe(Level.MASKED);
  });

  it("is read again at SIGHUP, and no more once it is let go", () => {
    const { revision } = policies.current;
    writePolicy(MASKED, HIDDEN);
    process.emit("SIGHUP");
    const { revision: reloaded } = policies.current;
    expect(reloaded).not.toBe(revision);
    stop();
    expect(process.listenerCount("SIGHUP")).toBe(0);
    writePolicy();
    jest.advanceTimersByTime(10_000);
    expect(policies.current.revision).toBe(reloaded);
  });

  it("is in force though the access log cannot be written: nothing is served then", async () => {
    fails = true;
    writePolicy(MASKED, HIDDEN);
    expect(await reloadPolicy({ policies, accessLog }, silent)).toMatchObject({ changed: true });
    fails = false;
  });
});
