import { migrateAll } from "../../src/cli/migrate";
import { Customer } from "../../src/domain/customer";
import { Message } from "../../src/domain/message";
import { Tenant } from "../../src/domain/tenant";
import { initialise, newId } from "../../src/installation";
import { makeLog, openFieldward, type Fieldward } from "../../src/main";
import { engines, freshInstallation, type Installation } from "../support/engines";
import { mustRun, oneJsonLine, run, surroundingsOf, type Surroundings } from "./command-line";

const unrecorded = (): Promise<void> => Promise.resolve();

describe.each(engines)("fieldward anonymise twins on $name", (engine) => {
  let installation: Installation;
  let at: Surroundings;
  let opened: Fieldward;
  beforeAll(async () => {
    installation = await freshInstallation(engine);
    at = surroundingsOf(installation);
    const { settings } = installation;
    await migrateAll(settings);
    await initialise(settings, Date.now);
    opened = await openFieldward(settings, { log: makeLog(settings), clock: Date.now });
    const id = newId();
    const named = { id, slug: "larkfield", name: "Larkfield", country: "GB", createdAt: new Date(0) };
    const { data } = opened.databases;
    await data.write((manager) => manager.insert(Tenant, Object.assign(new Tenant(), named)));
    const { messages } = opened.services;
    const texts = Array.from({ length: 70 }, (_, i) => ({
      externalId: `SM-${String(i)}`,
      customerNumber: "+447700900123",
      direction: "INBOUND",
      body: "Call +44 7700 900188.",
      sentAt: new Date(0),
    }));
    await messages.store(messages.check(texts), id, unrecorded);
  }, 180_000);
  beforeEach(async () => {
    const [customer] = await opened.databases.data.reader.manager.find(Customer);
    await opened.databases.data.write((manager) =>
      manager.update(Message, { customerId: customer?.id ?? "" }, { twinVersion: null }),
    );
  });
  afterAll(async () => {
    await opened.close();
    await installation.remove();
  });

  const twinsNow = async (): Promise<Set<string | null>> => {
    const rows = await opened.databases.data.reader.manager.find(Message);
    return new Set(rows.map(({ bodyTwin, twinVersion }) => (twinVersion === null ? null : bodyTwin)));
  };

  it("makes what is missing, tells how far it is, and has nothing to do the next time", async () => {
    expect([...(await twinsNow())]).toEqual([null]);
    const { code, stdout, stderr } = await run(at, ["anonymise", "twins", "--json"]);
    const done = {
      outcome: "finished",
      made: 70,
      withheld: 0,
      moved: 0,
      failed: 0,
      restricted: 0,
      total: 70,
    };
    expect([code, oneJsonLine(stdout)]).toEqual([0, done]);
    expect(stderr).toContain('"total":70');
    expect(stdout + stderr).not.toContain("900188");
    expect([...(await twinsNow())]).toEqual([expect.stringContaining('"type":"PHONE"')]);
    expect(await mustRun(at, ["anonymise", "twins"])).toBe("0 messages done, 0 of them withheld.\n");
  });
});
