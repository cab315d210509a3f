import { v7 as uuidv7 } from "uuid";
import "../../src/domain/customer";
import { KeyMemory } from "../../src/crypto/key-memory";
import { IN_HAND_MS, KeptKeys } from "../../src/vault/kept-keys";
import { columnCiphers, SubjectKeys } from "../../src/vault/subject-keys";
import { codeOf, random, sealedColumn, SUITE } from "./fakes";

const TTL_MS = 60_000;
const NUMBER = "+447700900123";
const PHONE = sealedColumn("Customer", "phone");
const ciphers = columnCiphers(random);

/** Kept keys on a clock that only the test moves, and a way to put the keys of a subject among them. */
function keptKeys(bound: number) {
  const clock = { nowMs: 1_000_000 };
  const memory = new KeyMemory();
  const kept = new KeptKeys(bound, TTL_MS, () => clock.nowMs);
  const put = (subjectId = uuidv7()): SubjectKeys => {
    const key = { id: random(16), held: memory.hold(random(32)), active: true };
    const keys = new SubjectKeys(subjectId, [key], clock.nowMs, ciphers);
    kept.set(keys);
    return keys;
  };
  return { kept, put, clock, memory };
}

const sealed = (keys: SubjectKeys): Buffer => keys.seal(SUITE, PHONE, keys.subjectId, NUMBER);

/** What a request that has the keys in hand gets of them: the value, or a code for opening and one for sealing. */
async function inHand(keys: SubjectKeys, envelope: Buffer): Promise<string> {
  const opening = Promise.resolve().then(() => keys.open(PHONE, envelope, keys.subjectId));
  const sealing = Promise.resolve().then(() => sealed(keys));
  const codes = [await codeOf(opening), await codeOf(sealing)];
  return codes.every((code) => code === "nothing failed") ? await opening : codes.join(", ");
}

describe("the kept keys", () => {
  it.each([2, 3, 7, 10, 1_000])("are never those of more subjects than a bound of %i", (bound) => {
    const { kept, put } = keptKeys(bound);
    let most = 0;
    for (let i = 0; i < 3 * bound; i += 1) {
      put();
      most = Math.max(most, kept.size);
    }
    expect(most).toBeLessThanOrEqual(bound);
  });

  it("are at least half of what the bound allows, once there were as many", () => {
    const { kept, put } = keptKeys(10);
    for (let i = 0; i < 10; i += 1) put();
    for (let i = 0; i < 30; i += 1) {
      put();
      expect(kept.size).toBeGreaterThanOrEqual(5);
    }
  });

  it("are those that were used lately, and not those that were not", () => {
    const { kept, put } = keptKeys(10);
    const [used, unused] = [put(), put()];
    for (let i = 0; i < 100; i += 1) {
      put();
      expect(kept.get(used.subjectId)).toBe(used);
    }
    expect(kept.get(unused.subjectId)).toBeUndefined();
  });

  it("outlive the next change of generations where they were used since the last one", () => {
    const { kept, put } = keptKeys(10);
    const [used, unused] = [put(), put()];
    for (let i = 0; i < 4; i += 1) put();
    kept.get(used.subjectId);
    for (let i = 0; i < 5; i += 1) put();
    expect([kept.get(used.subjectId), kept.get(unused.subjectId)]).toEqual([used, undefined]);
  });

  it("are had until their TTL and not after it, however often they are used", () => {
    const { kept, put, clock } = keptKeys(10);
    const keys = put();
    clock.nowMs += TTL_MS - 1;
    expect(kept.get(keys.subjectId)).toBe(keys);
    clock.nowMs += 1;
    expect(kept.get(keys.subjectId)).toBeUndefined();
  });
});

/** The ways in which keys are put out, each with what it takes. */
const WAYS_OUT: readonly (readonly [
  string,
  (parts: ReturnType<typeof keptKeys>, keys: SubjectKeys) => void,
])[] = [
  [
    "by younger ones",
    ({ put }) => {
      for (let i = 0; i < 10; i += 1) put();
    },
  ],
  [
    "to be loaded anew",
    ({ kept }, { subjectId }) => {
      kept.putOut(subjectId);
    },
  ],
  [
    "by newer ones of the same subject",
    ({ put }, { subjectId }) => {
      put(subjectId);
    },
  ],
  [
    "by the sweep after their TTL",
    ({ kept, clock }) => {
      clock.nowMs += TTL_MS;
      kept.sweep();
    },
  ],
];

describe.each(WAYS_OUT)("keys that were put out %s", (_way, putOut) => {
  it("work in a request's hands for thirty seconds, and say VAULT_UNAVAILABLE after that", async () => {
    const parts = keptKeys(10);
    const { kept, put, clock } = parts;
    const keys = put();
    const envelope = sealed(keys);
    putOut(parts, keys);
    expect(kept.get(keys.subjectId)).not.toBe(keys);
    clock.nowMs += IN_HAND_MS - 1;
    kept.sweep();
    expect(await inHand(keys, envelope)).toBe(NUMBER);
    clock.nowMs += 1;
    kept.sweep();
    expect(await inHand(keys, envelope)).toBe("VAULT_UNAVAILABLE, VAULT_UNAVAILABLE");
  });

  it("are wiped at once where their subject is shredded", async () => {
    const parts = keptKeys(10);
    const { kept, put, memory } = parts;
    const keys = put();
    const envelope = sealed(keys);
    putOut(parts, keys);
    const { held } = memory;
    const successor = kept.get(keys.subjectId) === undefined ? 0 : 1;
    kept.shred(keys.subjectId);
    expect(await inHand(keys, envelope)).toBe("ERASED, ERASED");
    expect(kept.get(keys.subjectId)).toBeUndefined();
    expect(memory.held).toBe(held - 1 - successor);
  });

  it("leave nothing in memory", () => {
    const parts = keptKeys(10);
    const { kept, put, clock, memory } = parts;
    putOut(parts, put());
    for (const wait of [TTL_MS, IN_HAND_MS]) {
      clock.nowMs += wait;
      kept.sweep();
    }
    expect({ size: kept.size, held: memory.held }).toEqual({ size: 0, held: 0 });
  });
});

describe("keys that are kept", () => {
  it("are wiped at once where their subject is shredded, and those of others are not", async () => {
    const { kept, put } = keptKeys(10);
    const [shredded, other] = [put(), put()];
    const envelopes = [sealed(shredded), sealed(other)] as const;
    kept.shred(shredded.subjectId);
    expect(await inHand(shredded, envelopes[0])).toBe("ERASED, ERASED");
    expect(await inHand(other, envelopes[1])).toBe(NUMBER);
    expect(kept.get(other.subjectId)).toBe(other);
  });

  it("are wiped all at once when everything is cleared, also what was put out", async () => {
    const { kept, put, memory } = keptKeys(2);
    const all = [put(), put(), put(), put()];
    const envelopes = all.map(sealed);
    kept.clear();
    expect({ size: kept.size, held: memory.held }).toEqual({ size: 0, held: 0 });
    for (const [i, keys] of all.entries()) {
      expect(await inHand(keys, envelopes[i] ?? Buffer.alloc(0))).toBe(
        "VAULT_UNAVAILABLE, VAULT_UNAVAILABLE",
      );
    }
  });

  it("do not turn from erased into unavailable, or the other way", async () => {
    const { kept, put } = keptKeys(10);
    const keys = put();
    const envelope = sealed(keys);
    kept.shred(keys.subjectId);
    keys.wipe("VAULT_UNAVAILABLE");
    expect(await inHand(keys, envelope)).toBe("ERASED, ERASED");
  });
});
