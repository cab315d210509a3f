import type { Engine } from "../../support/engines";
import { openTestGateway, type TestGateway } from "../../support/gateway";
import { CALLERS } from "./callers";
import { Observer } from "./observe";
import { addPeople, type Person } from "./people";
import type { OracleCaller } from "./rights";
import { Search } from "./search";
import { signIn } from "./sign-in";
import { Worlds } from "./worlds";

/** A gateway with customers whose values can be turned into their twins, and all that tries to tell them apart. */
export interface Stage {
  readonly gateway: TestGateway;
  readonly people: readonly Person[];
  readonly search: Search;
  /** One of those who ask, by name. */
  caller(name: string): Promise<OracleCaller>;
  close(): Promise<void>;
}

export async function openStage(engine: Engine): Promise<Stage> {
  // Every refusal is an error, and to find where in the source each began takes a good part of the time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const gateway = await openTestGateway(engine);
  const people = await addPeople(gateway);
  const worlds = await Worlds.of(gateway, people);
  const known = people.flatMap(({ id, messages, consentRecord }) => [id, ...messages, consentRecord]);
  const observer = await Observer.of(gateway, known);
  return {
    gateway,
    people,
    search: new Search(worlds, observer),
    caller: (name) => {
      const plan = CALLERS.find((one) => one.name === name);
      if (plan === undefined) throw new Error(`there is no ${name} who asks`);
      return signIn(gateway, plan, people);
    },
    close: async () => {
      Error.stackTraceLimit = stackTraceLimit;
      await observer.stop();
      await gateway.close();
    },
  };
}
