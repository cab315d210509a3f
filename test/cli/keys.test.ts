import { readFileSync } from "node:fs";
import { v7 as uuidv7 } from "uuid";
import { migrateAll } from "../../src/cli/migrate";
import { Customer } from "../../src/domain/customer";
import { Tenant } from "../../src/domain/tenant";
import { initialise, newId } from "../../src/installation";
import { makeLog, openFieldward, type Fieldward } from "../../src/main";
import { engines, freshInstallation, type Installation } from "../support/engines";
import { mustRun, oneJsonLine, run, surroundingsOf, withSettings, type Surroundings } from "./command-line";

/** What `keys status --json` prints, as far as it is looked at here. */
interface Status {
  readonly keks: readonly { readonly id: string; readonly state: string; readonly dataKeys: number }[];
  readonly toRewrap: number;
  readonly subjects: number;
  readonly shredded: number;
  readonly obstacle: string | null;
  readonly runs: readonly { readonly kind: string; readonly done: number; readonly left: number }[];
}

async function statusOf(at: Surroundings): Promise<Status> {
  return JSON.parse(await mustRun(at, ["keys", "status", "--json"])) as Status;
}

describe.each(engines)("fieldward keys on $name", (engine) => {
  let installation: Installation;
  let at: Surroundings;
  let opened: Fieldward;
  let tenantId: string;
  beforeAll(async () => {
    installation = await freshInstallation(engine);
    at = surroundingsOf(installation);
    const { settings } = installation;
    await migrateAll(settings);
    await initialise(settings, Date.now);
    opened = await openFieldward(settings, { log: makeLog(settings), clock: Date.now });
    tenantId = newId();
    const named = { slug: "larkfield", name: "Larkfield", country: "GB", createdAt: new Date(0) };
    const tenant = Object.assign(new Tenant(), { id: tenantId, ...named });
    await opened.databases.data.write((manager) => manager.insert(Tenant, tenant));
    await mustRun(at, ["keys", "status"]);
  }, 180_000);
  afterAll(async () => {
    await opened.close();
    await installation.remove();
  });

  let customers = 0;
  async function addCustomer(): Promise<string> {
    customers += 1;
    const phone = `+447700900${String(customers).padStart(3, "0")}`;
    return opened.services.customers.create({ phone, name: "Amira Novak" }, tenantId, () =>
      Promise.resolve(),
    );
  }
  const nameOf = async (id: string): Promise<string | null | undefined> => {
    const found = await opened.databases.data.reader.manager.findOneBy(Customer, { id });
    return found?.name;
  };
  const kekCount = async (): Promise<number> => (await opened.opened.keys.store.keks()).length;

  describe("rotate and rewrap", () => {
    it("make a new key and bring everything under it, as status tells", async () => {
      const id = await addCustomer();
      const rotated = oneJsonLine(await mustRun(at, ["keys", "rotate", "--json"]));
      expect(rotated).toMatchObject({ tenantId: null, keyId: "local", destroyed: null });
      const before = await statusOf(at);
      expect(before.keks.find(({ state }) => state === "primary")?.id).toBe(rotated["kek"]);
      expect(before.toRewrap).toBeGreaterThan(0);
      expect(oneJsonLine(await mustRun(at, ["keys", "rewrap", "--json", "--share", "1"]))).toMatchObject({
        kind: "rewrap",
        failed: 0,
      });
      const after = await statusOf(at);
      expect(after).toMatchObject({ toRewrap: 0, runs: [], obstacle: null });
      expect(after.keks.map(({ state }) => state).sort()).toEqual(["empty", "primary"]);
      expect(await nameOf(id)).toBe("Amira Novak");
      expect(await mustRun(at, ["keys", "status"])).toContain("Nothing is to be rewrapped.");
    }, 60_000);

    it("give a tenant a key of its own", async () => {
      const rotated = oneJsonLine(
        await mustRun(at, ["keys", "rotate", "--tenant", "larkfield", "--kek-only", "--json"]),
      );
      expect(rotated).toMatchObject({ tenantId });
      await mustRun(at, ["keys", "rewrap"]);
      const { keks } = await statusOf(at);
      expect(keks.find(({ id }) => id === rotated["kek"])).toMatchObject({
        tenant: "larkfield",
        state: "primary",
      });
      expect(keks.find(({ id }) => id === rotated["kek"])?.dataKeys).toBeGreaterThan(0);
    }, 60_000);

    it("are put on the access log", async () => {
      const { audit } = opened.databases;
      const rows: { entry: Uint8Array }[] = await audit.query("SELECT entry FROM audit_entry");
      const entries = rows.map(({ entry }) => Buffer.from(entry).toString("utf8"));
      for (const text of ["keys rotate", "keys rewrap started", "keys rewrap finished, 0 failed"])
        expect(entries.filter((entry) => entry.includes(`"${text}"`))).not.toEqual([]);
    });
  });

  describe("shred", () => {
    it("destroys the keys of the customers that are named, and says when nothing can be read", async () => {
      const [gone, stays] = [await addCustomer(), await addCustomer()];
      const report = oneJsonLine(await mustRun(at, ["keys", "shred", gone, "--yes", "--json"]));
      expect(report["shredded"]).toEqual([
        { subjectId: gone, rows: 1, effectiveBy: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
      ]);
      expect(await nameOf(gone)).toBeNull();
      expect(await nameOf(stays)).toBe("Amira Novak");
      expect(await statusOf(at)).toMatchObject({ shredded: 1, obstacle: null });
      expect(await mustRun(at, ["keys", "shred", "--replay"])).toBe("Nothing is to be shredded.\n");
    }, 60_000);

    it("says what was shredded before one that is not there", async () => {
      const gone = await addCustomer();
      const { code, stdout, stderr } = await run(at, ["keys", "shred", gone, uuidv7(), "--yes"]);
      expect(code).toBe(2);
      expect(stderr).toContain("no such customer");
      expect((await nameOf(gone)) === null).toBe(stdout.includes(gone));
    }, 60_000);

    it("shreds again what a restored vault brought back", async () => {
      const gone = await addCustomer();
      await mustRun(at, ["keys", "shred", gone, "--yes"]);
      await opened.opened.keys.keyRing.create([{ id: gone, tenantId }]);
      const report = oneJsonLine(await mustRun(at, ["keys", "shred", "--replay", "--json"]));
      expect(report["shredded"]).toMatchObject([{ subjectId: gone }]);
      expect((await statusOf(at)).obstacle).toBeNull();
    }, 60_000);
  });

  describe("wrong use", () => {
    it.each([
      ["no customer", ["shred"], /Name the customers to be shredded/],
      ["customers with --replay", ["shred", uuidv7(), "--replay"], /use --replay alone/],
      ["no --yes", ["shred", uuidv7()], /Add --yes/],
      ["an unknown customer", ["shred", uuidv7(), "--yes"], /no such customer/],
      ["an unknown tenant", ["rotate", "--tenant", "nobody"], /fieldward tenant list/],
      ["an age without a unit", ["rotate", "--destroy-older-than", "30"], /a number with s, m, h or d: 30d/],
      ["an age that is too short", ["rotate", "--destroy-older-than", "1s"], /at least 90s/],
      ["a provider that is none", ["rotate", "--provider", "nowhere"], /FIELDWARD_KEY_PROVIDER/],
      [
        "a keyset that is not there",
        ["rotate", "--provider", "local:missing.json"],
        /FIELDWARD_MORE_KEY_PROVIDERS/,
      ],
      ["a share above 1", ["rewrap", "--share", "2"], /--share is a number from 0.01 to 1/],
      ["a share that is no number", ["reseal", "--share", "half"], /--share is a number/],
    ])(
      "exits 2, says what to do and changes nothing: %s",
      async (_what, args, said) => {
        const before = await kekCount();
        const { code, stdout, stderr } = await run(at, ["keys", ...args]);
        expect(stderr).toMatch(said);
        expect([code, stdout]).toEqual([2, ""]);
        expect(await kekCount()).toBe(before);
      },
      60_000,
    );
  });

  describe("a passphrase that is set later", () => {
    const keyset = () =>
      readFileSync(installation.settings.FIELDWARD_KEY_PROVIDER.slice("local:".length), "utf8");
    const passphrase = "seventeen fictional otters";

    const sealed = () => withSettings(at, { FIELDWARD_LOCAL_KEY_PASSPHRASE: passphrase });

    it("is refused by a keyset that is not sealed yet, with what seals it", async () => {
      expect(keyset()).toContain('"secret"');
      const { code, stderr } = await run(sealed(), ["keys", "status"]);
      expect(code).toBe(2);
      expect(stderr).toContain("fieldward keys rotate");
    });

    it("seals the keyset at the next rotate", async () => {
      const id = await addCustomer();
      await mustRun(sealed(), ["keys", "rotate"]);
      expect(keyset()).not.toContain('"secret"');
      expect(keyset()).not.toContain(passphrase);
      await mustRun(sealed(), ["keys", "rewrap", "--share", "1"]);
      expect(await statusOf(sealed())).toMatchObject({ toRewrap: 0 });
      const settings = { ...installation.settings, FIELDWARD_LOCAL_KEY_PASSPHRASE: passphrase };
      const restarted = await openFieldward(settings, { log: makeLog(settings), clock: Date.now });
      const found = await restarted.databases.data.reader.manager.findOneBy(Customer, { id });
      const name = found?.name;
      await restarted.close();
      expect(name).toBe("Amira Novak");
    }, 120_000);

    it("is asked for from then on, and the right one", async () => {
      const without = await run(at, ["keys", "status"]);
      const wrong = withSettings(at, { FIELDWARD_LOCAL_KEY_PASSPHRASE: `${passphrase}!` });
      const refused = await run(wrong, ["keys", "status"]);
      expect([without.code, refused.code]).toEqual([2, 2]);
      expect(refused.stderr).not.toContain(passphrase);
      expect(without.stderr).toContain("FIELDWARD_LOCAL_KEY_PASSPHRASE");
      expect(refused.stderr).toContain("FIELDWARD_LOCAL_KEY_PASSPHRASE");
    }, 60_000);
  });
});
