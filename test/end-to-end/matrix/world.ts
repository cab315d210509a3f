import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuidv7 } from "uuid";
import { PACKAGE_DIR } from "../../../src/config";
import type { Asker, Combination } from "../../policy/matrix/matrix-line";
import type { Engine } from "../../support/engines";
import { openTestGateway, type TestGateway } from "../../support/gateway";
import { addTenant } from "../../support/records";
import { addApprover, addCallers, addElevations, callerName, type KnownCaller } from "./callers";
import { addPeople, addPerson, kindName, setStates, type Person } from "./people";

/** A gateway with a customer of every kind, and everybody who asks. */
export interface World {
  readonly gateway: TestGateway;
  callerOf(asker: Asker, combination: Combination): KnownCaller;
  personOf(combination: Combination): Person;
  /** Another tenant's customer. */
  readonly stranger: Person;
  /** A tenant with one API token, of which whoever manages tokens sees who made it. */
  readonly managed: string;
  close(): Promise<void>;
}

const PLAIN = { state: "ACTIVE", consent: "GRANTED", elevation: "none" } as const;

/** More than there are customers, so that who is within the budget stays there, and soon used up. */
const BUDGET = "100";

/** The policy of the package, but for the sizes of the budgets. */
function policyWithSmallBudgets(): string {
  const directory = mkdtempSync(join(tmpdir(), "fieldward-matrix-"));
  cpSync(join(PACKAGE_DIR, "policy"), directory, { recursive: true });
  const sized = (file: string, setting: string): void => {
    const path = join(directory, file);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replaceAll(new RegExp(`(${setting}): \\d+`, "g"), `$1: ${BUDGET}`));
  };
  sized("roles.yaml", "budget");
  sized("limits.yaml", "partner");
  return directory;
}

async function addManaged(gateway: TestGateway, createdBy: string): Promise<string> {
  const tenantId = await addTenant(gateway, "brackenbury");
  const wanted = {
    tenantId,
    name: "managed",
    scopes: ["traffic:clear"],
    purposes: ["support"],
    expiresInDays: 30,
  };
  await gateway.fieldward.services.apiTokens.issue({ ...wanted, createdBy });
  return tenantId;
}

const found = <T>(known: ReadonlyMap<string, T>, name: string): T => {
  const value = known.get(name);
  if (value === undefined) throw new Error(`there is no ${name}`);
  return value;
};

/**
 * Opens a world.
 *
 * @param elevated those who ask and have elevations
 * @param plain those who ask and have none
 */
export async function openWorld(
  engine: Engine,
  elevated: readonly Asker[],
  plain: readonly Asker[],
): Promise<World> {
  const policy = policyWithSmallBudgets();
  const gateway = await openTestGateway(engine, { FIELDWARD_POLICY_DIR: policy });
  const people = await addPeople(gateway, await addTenant(gateway, "larkfield"));
  const approver = await addApprover(gateway);
  const managed = await addManaged(gateway, approver.id);
  const stranger = await addPerson(gateway, await addTenant(gateway, "elsewhere"), PLAIN);
  const callers = await addCallers(gateway, elevated);
  for (const caller of callers.values())
    await addElevations(gateway, caller, people.values(), { approver, newId: uuidv7 });
  for (const [name, caller] of await addCallers(gateway, plain)) callers.set(name, caller);
  await setStates(gateway, people.values());
  return {
    gateway,
    callerOf: (asker, combination) => found(callers, callerName(asker, combination)),
    personOf: (combination) => found(people, kindName(combination)),
    stranger,
    managed,
    close: async () => {
      await gateway.close();
      rmSync(policy, { recursive: true });
    },
  };
}
