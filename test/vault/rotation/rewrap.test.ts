import { rmSync } from "node:fs";
import { join } from "node:path";
import { keyWork } from "../../../src/cli/keys-runner";
import { SUITES } from "../../../src/crypto/suites";
import { unwrapKey } from "../../../src/crypto/wrap";
import { newId, random } from "../../../src/installation";
import type { Fieldward } from "../../../src/main";
import { kekContext } from "../../../src/vault/key-encryption-keys";
import { subjectKeyContext } from "../../../src/vault/data-keys";
import { createKeyset, openLocalKeyset } from "../../../src/vault/providers/local-keyset";
import { destroyOld, rotate, type RotateOrder } from "../../../src/vault/rotation/rotate";
import { pastTheGateway } from "../../graphql/past-the-gateway";
import { engines } from "../../support/engines";
import { openTestGateway, type TestGateway } from "../../support/gateway";
import { codeOf } from "../fakes";
import { peopleOf, type People } from "./people";
import { anotherProcess, JOBS, jobParts, runToEnd, serveAnother } from "./processes";
import { contentsOf } from "./stored";

const DAY_MS = 24 * 60 * 60 * 1_000;
const SUITE = SUITES["xchacha20-poly1305"];
const WHOLE: RotateOrder = { tenantId: null, provider: undefined, rotateProvider: true };

describe.each(engines)("rewrapping on $name", (engine) => {
  let gateway: TestGateway;
  let operator: Fieldward;
  let larkfield: People;
  let northgate: People;
  beforeEach(async () => {
    gateway = await openTestGateway(engine);
    operator = await anotherProcess(gateway);
    larkfield = await peopleOf(gateway, "larkfield");
    northgate = await peopleOf(gateway, "northgate");
    await larkfield.fill(12, 3);
    await northgate.fill(5, 2);
  }, 60_000);
  afterEach(async () => {
    await operator.close();
    await gateway.close();
  });

  const keysetOptions = () => ({ suite: SUITE, random, clock: gateway.clock.read, passphrase: undefined });
  const otherKeyset = async (name: string): Promise<string> => {
    const path = join(gateway.installation.directory, name);
    await createKeyset(path, keysetOptions());
    return path;
  };
  const parts = () => jobParts(gateway, operator);
  const stored = () => keyWork(operator).store;
  const pastTtl = (): void => {
    gateway.clock.forward(operator.opened.keys.ttlMs);
  };
  const rewrap = () => runToEnd(gateway, operator, JOBS.rewrap(parts()));
  const keksInUse = async (): Promise<string[]> => [...(await stored().keksInUse())].sort();
  const keksOf = async (tenantId: string): Promise<unknown[]> => {
    const query = `SELECT DISTINCT kek_id FROM subject_key WHERE tenant_id = '${tenantId}'`;
    return (await pastTheGateway(gateway, "vault", query)).map((row) => row["kek_id"]);
  };
  const deployed = async (): Promise<string> => {
    const keks = await stored().keks();
    return keks.find(({ state, tenantId }) => state === "primary" && tenantId === null)?.id ?? "";
  };

  /** A copy of the vault, as a backup holds it. */
  async function copyVault() {
    const store = stored();
    return { keks: await store.keks(), keys: await store.subjectKeysAfter("", 1_000) };
  }

  /** Unwraps every data key of a copy with the keyset as it is now, by a process that starts now. */
  async function unwrapCopy({ keks, keys }: Awaited<ReturnType<typeof copyVault>>): Promise<number> {
    const path = gateway.installation.settings.FIELDWARD_KEY_PROVIDER.slice("local:".length);
    const provider = await openLocalKeyset(path, keysetOptions());
    let count = 0;
    for (const { id, subjectId, kekId, wrapped } of keys) {
      const kek = keks.find((candidate) => candidate.id === kekId);
      if (kek === undefined) throw new Error("the copy lacks a key-encryption key");
      const secret = await provider.unwrap(kekContext(kek.id), kek);
      count += unwrapKey(secret, subjectKeyContext(subjectId, id), wrapped).length === 32 ? 1 : 0;
    }
    return count;
  }

  it("brings every key under the new one, and leaves every value as it lies", async () => {
    const tables = ["customer", "message", "staff"] as const;
    const before = await Promise.all(tables.map((table) => contentsOf(gateway, "data", table)));
    await larkfield.expectAll(gateway);
    const old = await deployed();
    const made = await rotate(parts().rotate, WHOLE);
    pastTtl();
    const between = () => larkfield.expectAll(gateway);
    const run = await runToEnd(gateway, operator, JOBS.rewrap(parts()), { between });
    expect(run.failed).toBe(0);
    expect(await Promise.all(tables.map((table) => contentsOf(gateway, "data", table)))).toEqual(before);
    expect(await keksInUse()).toEqual([made.id]);
    const keks = await stored().keks();
    expect(keks.find(({ id }) => id === old)?.state).toBe("empty");
    for (const people of [larkfield, northgate]) await people.expectAll(gateway);
    const fresh = await serveAnother(gateway);
    for (const people of [larkfield, northgate]) await people.expectAll(fresh);
    await fresh.close();
  });

  it("moves with its next run what a process that did not know has wrapped under the old key", async () => {
    await larkfield.expectAll(gateway);
    const made = await rotate(parts().rotate, { ...WHOLE, rotateProvider: false });
    const started = await anotherProcess(gateway);
    await runToEnd(gateway, started, JOBS.rewrap(jobParts(gateway, started))).finally(() => started.close());
    await larkfield.create(gateway);
    expect(await keksInUse()).toHaveLength(2);
    pastTtl();
    await rewrap();
    expect(await keksInUse()).toEqual([made.id]);
  });

  it("ends what copies hold with the old key, and not before its time", async () => {
    const copy = await copyVault();
    await rotate(parts().rotate, WHOLE);
    pastTtl();
    await rewrap();
    gateway.clock.forward(5 * DAY_MS);
    expect(await destroyOld(parts().rotate, 10 * DAY_MS)).toMatchObject({ keks: [], providerVersions: [] });
    expect(await unwrapCopy(copy)).toBe(copy.keys.length);
    gateway.clock.forward(6 * DAY_MS);
    const { keks, providerVersions } = await destroyOld(parts().rotate, 10 * DAY_MS);
    expect(keks).toEqual(copy.keks.map(({ id }) => id));
    expect(providerVersions).toEqual([`local/${copy.keks[0]?.keyVersion ?? ""}`]);
    expect(await codeOf(unwrapCopy(copy))).toBe("VAULT_UNAVAILABLE");
    const [destroyed] = (await stored().keks()).filter(({ state }) => state === "gone");
    expect(destroyed?.wrapped).toHaveLength(0);
    await larkfield.expectAll(gateway);
    expect(await unwrapCopy(await copyVault())).toBe(copy.keys.length);
  });

  it("destroys nothing that a running process could still use", async () => {
    const { rotate: given } = parts();
    await expect(destroyOld(given, given.settleMs - 1)).rejects.toThrow(
      "--destroy-older-than is at least 90s",
    );
  });

  it("destroys no key that something is under again", async () => {
    const copy = await copyVault();
    await rotate(parts().rotate, { ...WHOLE, rotateProvider: false });
    pastTtl();
    await rewrap();
    const [one] = copy.keys;
    await pastTheGateway(gateway, "vault", "UPDATE subject_key SET kek_id = ?, wrapped = ? WHERE id = ?", [
      one?.kekId ?? "",
      one?.wrapped ?? "",
      one?.id ?? "",
    ]);
    gateway.clock.forward(11 * DAY_MS);
    expect(await destroyOld(parts().rotate, 10 * DAY_MS)).toMatchObject({ keks: [], providerVersions: [] });
    await larkfield.expectAll(gateway);
    await northgate.expectAll(gateway);
  });

  describe("to another provider", () => {
    let there: string;
    /** A process with the new provider as the setting, and the old one beside it. */
    const moved = () => ({
      FIELDWARD_KEY_PROVIDER: there,
      FIELDWARD_MORE_KEY_PROVIDERS: gateway.installation.settings.FIELDWARD_KEY_PROVIDER,
    });
    beforeEach(async () => {
      there = `local:${await otherKeyset("other.json")}`;
      const both = await anotherProcess(gateway, { FIELDWARD_MORE_KEY_PROVIDERS: there });
      const given = jobParts(gateway, both);
      await rotate(given.rotate, { tenantId: null, provider: there, rotateProvider: false });
      pastTtl();
      await runToEnd(gateway, both, JOBS.rewrap(given)).finally(() => both.close());
    }, 60_000);

    it("takes the deployment there, and the old one can go", async () => {
      expect(await keksInUse()).toEqual([await deployed()]);
      rmSync(gateway.installation.settings.FIELDWARD_KEY_PROVIDER.slice("local:".length));
      const replica = await serveAnother(gateway, { FIELDWARD_KEY_PROVIDER: there });
      await larkfield.expectAll(replica);
      await northgate.expectAll(replica);
      await northgate.create(replica);
      await replica.close();
    });

    it("goes on there as it did before", async () => {
      const operator = await anotherProcess(gateway, moved());
      const given = jobParts(gateway, operator);
      const again = await rotate(given.rotate, WHOLE);
      pastTtl();
      const run = await runToEnd(gateway, operator, JOBS.rewrap(given)).finally(() => operator.close());
      expect(run.failed).toBe(0);
      expect(await keksInUse()).toEqual([again.id]);
    });
  });

  it("puts a key that was made before keys knew their tenant under that of its tenant", async () => {
    const [{ id } = { id: newId() }] = northgate.known.values();
    await pastTheGateway(gateway, "vault", "UPDATE subject_key SET tenant_id = NULL WHERE subject_id = ?", [
      id,
    ]);
    await rotate(parts().rotate, { ...WHOLE, tenantId: northgate.tenantId });
    pastTtl();
    await rewrap();
    const rows = await keksOf(northgate.tenantId);
    expect(rows).toHaveLength(1);
    expect(rows).not.toEqual([await deployed()]);
    const query = `SELECT tenant_id FROM subject_key WHERE subject_id = '${id}'`;
    expect((await pastTheGateway(gateway, "vault", query)).map((row) => row["tenant_id"])).toEqual([
      northgate.tenantId,
    ]);
  });
});
