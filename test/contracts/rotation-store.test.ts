import { v7 as uuidv7 } from "uuid";
import { keyWork } from "../../src/cli/keys-runner";
import { newId } from "../../src/installation";
import type { StoredKek, StoredSubjectKey } from "../../src/vault/key-store";
import type { Run } from "../../src/vault/rotation/run";
import { pastTheGateway } from "../graphql/past-the-gateway";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";

const WRAPPED = Buffer.alloc(60, 7);

describe.each(engines)("the store of a rotation on $name", (engine) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
  });
  beforeEach(async () => {
    for (const table of ["subject_key", "rotation_run"])
      await pastTheGateway(gateway, "vault", `DELETE FROM ${table}`);
    await pastTheGateway(gateway, "vault", "DELETE FROM root_key WHERE version > 1");
  });
  afterAll(() => gateway.close());

  const work = () => keyWork(gateway.fieldward);
  const now = () => gateway.clock.nowMs;

  async function addKey(given: Partial<StoredSubjectKey> = {}): Promise<StoredSubjectKey> {
    const kekId = (await work().store.keks())[0]?.id ?? "";
    const base = { id: newId(), subjectId: uuidv7(), tenantId: null, kekId, wrapped: WRAPPED };
    const key: StoredSubjectKey = { ...base, state: "active", ...given };
    await gateway.fieldward.opened.keys.store.addSubjectKeys([key]);
    return key;
  }
  const keys = () => work().store.subjectKeysAfter("", 1_000);
  const stateOf = async ({ id }: StoredSubjectKey) => (await keys()).find((key) => key.id === id)?.state;
  const kek = (given: Partial<StoredKek> = {}): StoredKek => ({
    ...{ id: newId(), tenantId: null, provider: null, keyId: "local", keyVersion: "kek_1", wrapped: WRAPPED },
    ...{ state: "primary", createdAtMs: now(), retiredAtMs: null },
    ...given,
  });
  const successor = (old: StoredSubjectKey): StoredSubjectKey => ({
    ...old,
    id: newId(),
    wrapped: Buffer.alloc(60, 8),
  });

  it("gives a retired key one successor, of the same subject and tenant", async () => {
    const old = await addKey({ tenantId: uuidv7() });
    const next = successor(old);
    await work().store.succeed("run-1", now(), [{ old, next }]);
    await work().store.succeed("run-1", now() + 1, [{ old, next: successor(old) }]);
    await work().store.succeed("run-2", now(), [{ old, next: successor(old) }]);
    expect(await stateOf(old)).toBe("retired");
    const found = (await keys()).filter(({ subjectId }) => subjectId === old.subjectId);
    expect(found).toHaveLength(2);
    expect(found.find(({ id }) => id === next.id)).toEqual({ ...next, state: "active" });
  });

  it("gives none to a key that is gone", async () => {
    const old = await addKey();
    await pastTheGateway(gateway, "vault", `DELETE FROM subject_key WHERE id = '${old.id}'`);
    await work().store.succeed("run-1", now(), [{ old, next: successor(old) }]);
    expect(await keys()).toEqual([]);
  });

  it("lists and counts the active keys that were there before a time", async () => {
    const early = [await addKey(), await addKey(), await addKey({ state: "retired" })];
    gateway.clock.forward(10);
    await addKey();
    const { store } = work();
    const expected = early.slice(0, 2).map(({ id }) => id);
    expect((await store.activeKeysBefore(now(), "", 10)).map(({ id }) => id)).toEqual(expected);
    expect((await store.activeKeysBefore(now(), expected[0] ?? "", 10)).map(({ id }) => id)).toEqual([
      expected[1],
    ]);
    expect(await store.activeKeysBefore(now(), "", 1)).toHaveLength(1);
    expect(await store.countActiveKeysBefore(now())).toBe(2);
  });

  it("drops what a run retired, bit by bit, but what is kept and what another run retired", async () => {
    const old = [await addKey(), await addKey(), await addKey(), await addKey()];
    const [kept, ...dropped] = old;
    const foreign = await addKey();
    const { store } = work();
    const pairs = old.map((key) => ({ old: key, next: successor(key) }));
    await store.succeed("run-1", now(), pairs);
    await store.succeed("run-2", now(), [{ old: foreign, next: successor(foreign) }]);
    await store.keep([kept?.subjectId ?? ""]);
    expect(await store.countRetiredBy("run-1")).toBe(3);
    const counts = [];
    for (let i = 0; i < 3; i += 1) counts.push(await store.dropRetiredBy("run-1", 2));
    expect(counts).toEqual([2, 1, 0]);
    const left = new Set((await keys()).map(({ id }) => id));
    expect(dropped.some(({ id }) => left.has(id))).toBe(false);
    expect([left.has(kept?.id ?? ""), left.has(foreign.id)]).toEqual([true, true]);
    const states = (await keys()).map(({ id, state }) => [id, state]);
    expect(states).toContainEqual([kept?.id, "kept"]);
  });

  it("puts a key under another one only where it is still under the old one", async () => {
    const { store } = work();
    const old = await addKey();
    const [to, late] = [kek({ id: newId() }), kek({ id: newId() })];
    const moved = { old, tenantId: "tenant", under: { kekId: to.id, wrapped: Buffer.alloc(60, 1) } };
    await store.replaceSubjectKeys([moved]);
    await store.replaceSubjectKeys([{ ...moved, under: { kekId: late.id, wrapped: WRAPPED } }]);
    expect(await keys()).toEqual([
      { ...old, tenantId: "tenant", kekId: to.id, wrapped: Buffer.alloc(60, 1) },
    ]);
    await pastTheGateway(gateway, "vault", "DELETE FROM subject_key");
    await store.replaceSubjectKeys([moved]);
    expect(await keys()).toEqual([]);
  });

  it("marks as empty what is retired and unused, and destroys nothing else", async () => {
    const { store } = work();
    const tenantId = uuidv7();
    const [unused, used, primary] = [kek({ tenantId }), kek({ tenantId }), kek({ tenantId })];
    for (const made of [unused, used, primary]) await store.addPrimaryKek(made);
    const key = await addKey({ kekId: used.id });
    await store.markEmptyKeks(now() + 5);
    const states = async () => {
      const all = await store.keks();
      return [unused, used, primary].map(({ id }) => all.find((row) => row.id === id)?.state);
    };
    expect(await states()).toEqual(["empty", "retired", "primary"]);
    await pastTheGateway(
      gateway,
      "vault",
      `UPDATE subject_key SET kek_id = '${unused.id}' WHERE id = '${key.id}'`,
    );
    expect(await store.destroyKek(unused.id)).toBe(false);
    await pastTheGateway(
      gateway,
      "vault",
      `UPDATE subject_key SET kek_id = '${used.id}' WHERE id = '${key.id}'`,
    );
    expect([await store.destroyKek(used.id), await store.destroyKek(primary.id)]).toEqual([false, false]);
    expect([await store.destroyKek(unused.id), await store.destroyKek(unused.id)]).toEqual([true, false]);
    expect(await states()).toEqual(["destroyed", "retired", "primary"]);
    expect((await store.keks()).find(({ id }) => id === unused.id)?.wrapped).toHaveLength(0);
  });

  it("notes which version of the provider's key a key-encryption key was under until when", async () => {
    const { store } = work();
    const old = kek({ tenantId: uuidv7() });
    await store.addPrimaryKek(old);
    await store.replaceKek(
      old,
      { keyId: "local", keyVersion: "kek_2", wrapped: Buffer.alloc(60, 2) },
      now() + 9,
    );
    const all = await store.keks();
    expect(all.find(({ id }) => id === old.id)).toMatchObject({ keyVersion: "kek_2", state: "primary" });
    const [trace] = all.filter(({ tenantId, state }) => tenantId === old.tenantId && state === "moved");
    expect(trace).toMatchObject({ keyVersion: "kek_1", retiredAtMs: now() + 9 });
    expect(trace?.wrapped).toHaveLength(0);
  });

  it("has one current index key at every moment, and switching twice is switching once", async () => {
    const { store } = work();
    const index = async () =>
      (await store.rootKeys())
        .filter(({ purpose }) => purpose === "blind-index")
        .map(({ version, state }) => `${String(version)} ${state}`)
        .sort();
    const [kekRow] = await store.keks();
    const key = { purpose: "blind-index", version: 2, kekId: kekRow?.id ?? "", wrapped: WRAPPED };
    await store.addRootKeys([{ ...key, state: "incoming" }]);
    await store.addRootKeys([{ ...key, state: "incoming" }]);
    expect(await index()).toEqual(["1 current", "2 incoming"]);
    await store.dropRetiredIndexKeys();
    expect(await index()).toEqual(["1 current", "2 incoming"]);
    for (let i = 0; i < 2; i += 1) {
      await store.switchIndexKeys();
      expect(await index()).toEqual(["1 retired", "2 current"]);
    }
    await store.dropRetiredIndexKeys();
    expect(await index()).toEqual(["2 current"]);
  });

  it("keeps a run as it was saved, and gives the unfinished one of a kind", async () => {
    const { runs } = work();
    const phase = "until every process looks up by the new index";
    const base = { kind: "reseal", phase, phaseSinceMs: now(), place: "customer/1", startedAtMs: now() };
    const run: Run = { ...base, id: newId(), done: 5_000_000_000, total: 6_000_000_000, failed: 2 };
    await runs.start(run);
    expect(await runs.unfinished("reseal")).toEqual(run);
    expect(await runs.unfinished("rewrap")).toBeUndefined();
    const later = {
      ...run,
      phase: "values",
      phaseSinceMs: now() + 1,
      place: `customer/${uuidv7()}`,
      failed: 3,
    };
    await runs.save(later);
    expect(await runs.all()).toEqual([later]);
    await runs.finish(later, now() + 2);
    expect(await runs.unfinished("reseal")).toBeUndefined();
    expect(await runs.all()).toEqual([]);
  });
});
