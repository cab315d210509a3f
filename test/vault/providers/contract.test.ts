import { inspect } from "node:util";
import * as fc from "fast-check";
import type { ProviderWrapped } from "../../../src/vault/key-provider";
import {
  failureOf,
  openAws,
  openGcp,
  openLocal,
  openTransit,
  random,
  refusalOf,
  type Opened,
} from "./opened-providers";

const CONTEXT = "kek/0197e0a4-4a7c-7000-8000-0000000000a1";
const OTHER_CONTEXT = "kek/0197e0a4-4a7c-7000-8000-0000000000a2";
const REFUSED = /^VAULT_UNAVAILABLE (?:local|vault-transit|aws-kms|gcp-kms): unwrap: [\w.]+$/;

interface Kind {
  readonly name: string;
  readonly open: () => Promise<Opened>;
  /** Whether the provider tells which version of its key wrapped something. */
  readonly tellsVersion: boolean;
  readonly rotates: boolean;
}

const KINDS: readonly Kind[] = [
  { name: "local", open: openLocal, tellsVersion: true, rotates: true },
  { name: "vault-transit", open: openTransit, tellsVersion: true, rotates: true },
  { name: "aws-kms", open: openAws, tellsVersion: false, rotates: false },
  { name: "gcp-kms", open: openGcp, tellsVersion: true, rotates: true },
];

describe.each(KINDS)("the key provider $name", ({ name, open, tellsVersion, rotates }) => {
  let opened: Opened;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(() => opened.close());

  const versionsOf = (...wrapped: readonly ProviderWrapped[]) =>
    new Set(wrapped.map(({ keyVersion }) => keyVersion));

  it("is called what its spec calls it", () => {
    expect(opened.provider.name).toBe(name);
  });

  it("unwraps every key that it wrapped, in another process too", async () => {
    const other = await opened.reopen();
    const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
    await fc.assert(
      fc.asyncProperty(key, fc.uuid(), async (bytes, id) => {
        const wrapped = await opened.provider.wrap(`kek/${id}`, bytes);
        expect(Buffer.from(wrapped.wrapped).includes(Buffer.from(bytes))).toBe(false);
        expect(await other.unwrap(`kek/${id}`, wrapped)).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 10 },
    );
  });

  it("leaves the key that it wraps as it is", async () => {
    const key = random(32);
    const before = Buffer.from(key);
    await opened.provider.wrap(CONTEXT, key);
    expect(key).toEqual(before);
  });

  it("wraps the same key differently each time", async () => {
    const key = random(32);
    const [first, second] = [
      await opened.provider.wrap(CONTEXT, key),
      await opened.provider.wrap(CONTEXT, key),
    ];
    expect(first.wrapped).not.toEqual(second.wrapped);
  });

  it("refuses another context", async () => {
    const wrapped = await opened.provider.wrap(CONTEXT, random(32));
    expect(await refusalOf(opened.provider.unwrap(OTHER_CONTEXT, wrapped))).toMatch(REFUSED);
  });

  it("refuses a wrapped key of which one byte is changed, missing or too many", async () => {
    const { wrapped, ...key } = await opened.provider.wrap(CONTEXT, random(32));
    const spoilt = fc
      .tuple(fc.nat(wrapped.length - 1), fc.integer({ min: 1, max: 255 }))
      .map(([at, bits]) => wrapped.map((byte, index) => (index === at ? byte ^ bits : byte)));
    const cut = fc.nat(wrapped.length - 1).map((length) => wrapped.slice(0, length));
    const longer = fc.nat(255).map((byte) => Uint8Array.of(...wrapped, byte));
    await fc.assert(
      fc.asyncProperty(fc.oneof({ weight: 4, arbitrary: spoilt }, cut, longer), async (changed) => {
        expect(await refusalOf(opened.provider.unwrap(CONTEXT, { ...key, wrapped: changed }))).toMatch(
          REFUSED,
        );
      }),
      { numRuns: 60 },
    );
  });

  it("refuses what another key or another installation wrapped", async () => {
    const other = await open();
    const wrapped = await opened.provider.wrap(CONTEXT, random(32));
    expect(await refusalOf(other.provider.unwrap(CONTEXT, wrapped))).toMatch(REFUSED);
    const elsewhere = { ...wrapped, keyId: `${wrapped.keyId}-elsewhere` };
    expect(await refusalOf(opened.provider.unwrap(CONTEXT, elsewhere))).toMatch(/WRAPPED_ELSEWHERE$/);
    expect(await refusalOf(opened.provider.rewrap(CONTEXT, elsewhere))).toMatch(/WRAPPED_ELSEWHERE$/);
    await other.close();
  });

  it("rewraps under its primary, for the same context only", async () => {
    const key = random(32);
    const before = await opened.provider.wrap(CONTEXT, key);
    await opened.rotate();
    const after = await opened.provider.rewrap(CONTEXT, before);
    expect(after.wrapped).not.toEqual(before.wrapped);
    expect(after).toMatchObject(await opened.provider.health());
    expect(await opened.provider.unwrap(CONTEXT, after)).toEqual(key);
    expect(await refusalOf(opened.provider.unwrap(OTHER_CONTEXT, after))).toMatch(REFUSED);
  });

  it("unwraps after a rotation what it wrapped before it, and names the new version from then on", async () => {
    const key = random(32);
    const before = await opened.provider.wrap(CONTEXT, key);
    await opened.rotate();
    const after = await opened.provider.wrap(CONTEXT, key);
    expect(versionsOf(before, after).size).toBe(tellsVersion ? 2 : 1);
    expect(after).toMatchObject(await opened.provider.health());
    expect(await opened.provider.unwrap(CONTEXT, before)).toEqual(key);
    expect(await (await opened.reopen()).unwrap(CONTEXT, before)).toEqual(key);
  });

  it("answers the new primary to a rotation, where it can rotate", async () => {
    expect(opened.provider.rotate !== undefined).toBe(rotates);
    const made = await opened.provider.rotate?.();
    expect(made ?? (await opened.provider.health())).toEqual(await opened.provider.health());
  });

  it("destroys every version but the primary and those that are kept, where it can destroy", async () => {
    const { provider } = opened;
    expect(provider.destroyAllBut !== undefined).toBe(rotates);
    const first = await provider.wrap(CONTEXT, random(32));
    await opened.rotate();
    const second = await provider.wrap(CONTEXT, random(32));
    await opened.rotate();
    const third = await provider.wrap(CONTEXT, random(32));

    const destroyed = await provider.destroyAllBut?.(versionsOf(second));
    expect(destroyed).toEqual(rotates ? [first.keyVersion] : undefined);
    const opens = (wrapped: ProviderWrapped) =>
      provider.unwrap(CONTEXT, wrapped).then(
        () => true,
        () => false,
      );
    expect([await opens(first), await opens(second), await opens(third)]).toEqual([!rotates, true, true]);

    expect(await provider.destroyAllBut?.(versionsOf(second))).toEqual(rotates ? [] : undefined);
    expect(await provider.destroyAllBut?.(new Set())).toEqual(rotates ? [second.keyVersion] : undefined);
    expect([await opens(second), await opens(third)]).toEqual([!rotates, true]);
  });

  it("says which key and version is the primary, and that it can be used", async () => {
    const { keyId, keyVersion } = await opened.provider.wrap(CONTEXT, random(32));
    expect(await opened.provider.health()).toEqual({ keyId, keyVersion });
    expect(keyVersion !== "").toBe(tellsVersion);
  });

  it("repeats no key, wrapped key, context or credential in an error", async () => {
    const key = random(32);
    const wrapped = await opened.provider.wrap(CONTEXT, key);
    const spoilt = { ...wrapped, wrapped: wrapped.wrapped.map((byte, at) => (at === 60 ? byte ^ 1 : byte)) };
    const failures = [
      await failureOf(opened.provider.unwrap(OTHER_CONTEXT, wrapped)),
      await failureOf(opened.provider.unwrap(CONTEXT, spoilt)),
    ];
    const said = failures.map((failure) => inspect(failure, { depth: null, showHidden: true })).join();
    const canaries = [key, wrapped.wrapped, spoilt.wrapped].flatMap((bytes) => {
      const buffer = Buffer.from(bytes);
      return [
        buffer.toString("hex"),
        buffer.toString("base64"),
        buffer.toString("latin1"),
        buffer.toString(),
      ];
    });
    for (const canary of [...canaries, CONTEXT, OTHER_CONTEXT, ...opened.secrets()]) {
      expect(said.includes(canary)).toBe(false);
    }
  });
});
