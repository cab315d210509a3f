import { crc32c } from "../../../src/vault/providers/crc32c";
import { GCP, STATE, type GcpServer } from "./gcp-kms-server";
import { openGcp, random, refusalOf, type OpenedRemote } from "./opened-providers";

const CONTEXT = "kek/0197e0a4-4a7c-7000-8000-0000000000a1";

describe("Google Cloud KMS", () => {
  let opened: OpenedRemote<GcpServer>;
  beforeEach(async () => {
    opened = await openGcp();
  });
  afterEach(() => opened.close());

  it("is given the context as associated data, and a checksum of all", async () => {
    const key = random(32);
    const { keyId, keyVersion } = await opened.provider.wrap(CONTEXT, key);
    expect({ keyId, keyVersion }).toEqual({ keyId: GCP.name, keyVersion: "1" });
    expect(opened.server.received[0]?.url.pathname).toBe(`/v1/${GCP.name}:encrypt`);
    expect(opened.server.received[0]?.body).toEqual({
      plaintext: key.toString("base64"),
      plaintextCrc32c: String(crc32c(key)),
      additionalAuthenticatedData: Buffer.from(CONTEXT).toString("base64"),
      additionalAuthenticatedDataCrc32c: String(crc32c(Buffer.from(CONTEXT))),
    });
  });

  it("is asked again where its answer arrived changed, and at most three times", async () => {
    const key = random(32);
    const { server, provider } = opened;
    server.key.brokenAnswers = 2;
    const wrapped = await provider.wrap(CONTEXT, key);
    server.key.brokenAnswers = 2;
    expect(await provider.unwrap(CONTEXT, wrapped)).toEqual(key);
    server.key.brokenAnswers = 3;
    expect(await refusalOf(provider.unwrap(CONTEXT, wrapped))).toMatch(/unwrap: CHECKSUM$/);
    expect(server.received).toHaveLength(9);
  });

  it.each(["verifiedPlaintextCrc32c", "verifiedAdditionalAuthenticatedDataCrc32c"])(
    "is asked again where it does not say %s",
    async (field) => {
      opened.server.key.leftOut = field;
      expect(await refusalOf(opened.provider.wrap(CONTEXT, random(32)))).toMatch(/wrap: CHECKSUM$/);
      expect(opened.server.received).toHaveLength(3);
    },
  );

  it("is not believed where it answers for another key", async () => {
    opened.server.key.name = GCP.name.replace("root", "another");
    expect(await refusalOf(opened.provider.wrap(CONTEXT, random(32)))).toMatch(/wrap: ANSWER_MALFORMED$/);
  });

  it("makes a version the primary once it has been generated", async () => {
    opened.server.key.generationLooks = 3;
    expect(await opened.provider.rotate?.()).toEqual({ keyId: GCP.name, keyVersion: "2" });
    expect(opened.pauses).toEqual([1_000, 1_000, 1_000]);
    expect(opened.server.key.primary).toBe(2);
  });

  it("keeps the primary where the new version is never generated", async () => {
    opened.server.key.generationLooks = 1_000;
    expect(await refusalOf(opened.provider.rotate?.() ?? Promise.resolve())).toMatch(/rotate: HTTP_400$/);
    expect(opened.server.key.primary).toBe(1);
    expect(opened.pauses).toHaveLength(20);
  });

  it("destroys what is disabled too, on every page, and nothing newer than the primary", async () => {
    const { key } = opened.server;
    for (let version = 2; version <= 5; version += 1) await opened.rotate();
    key.states.set(2, STATE.DISABLED);
    key.create();
    expect(await opened.provider.destroyAllBut?.(new Set(["4"]))).toEqual(["1", "2", "3"]);
    const { ENABLED, DESTROY_SCHEDULED } = STATE;
    expect([...key.states.values()]).toEqual([
      DESTROY_SCHEDULED,
      DESTROY_SCHEDULED,
      DESTROY_SCHEDULED,
      ENABLED,
      ENABLED,
      ENABLED,
    ]);
  });

  it("is not healthy where the primary is disabled", async () => {
    opened.server.key.states.set(1, STATE.DISABLED);
    expect(await refusalOf(opened.provider.health())).toBe(
      "VAULT_UNAVAILABLE gcp-kms: health: KEY_STATE_DISABLED",
    );
  });

  it("is asked as soon as there are credentials to ask with, and not before", async () => {
    const { credentialsFile, received } = opened.server;
    process.env["GOOGLE_APPLICATION_CREDENTIALS"] = `${credentialsFile}.missing`;
    const provider = await opened.reopen();
    expect(await refusalOf(provider.health())).toMatch(/^VAULT_UNAVAILABLE gcp-kms: health: \w+$/);
    expect(received).toEqual([]);
    process.env["GOOGLE_APPLICATION_CREDENTIALS"] = credentialsFile;
    expect(await provider.health()).toEqual({ keyId: GCP.name, keyVersion: "1" });
  });

  it("is not read past 1 MiB", async () => {
    opened.server.everyFault = "too long";
    expect(await refusalOf(opened.provider.health())).toBe(
      "VAULT_UNAVAILABLE gcp-kms: health: ANSWER_MALFORMED",
    );
  });
});

describe("CRC-32C", () => {
  it.each([
    // RFC 3720, appendix B.4, with the bytes of each checksum in the order of the number; and the usual check value.
    ["32 zeros", Buffer.alloc(32), 0x8a9136aa],
    ["32 ones", Buffer.alloc(32, 0xff), 0x62a8ab43],
    ["0 to 31", Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e],
    ["the digits 1 to 9", Buffer.from("123456789"), 0xe3069283],
    ["nothing", Buffer.alloc(0), 0],
  ])("of %s is what the specification says", (_what, bytes, checksum) => {
    expect(crc32c(bytes)).toBe(checksum);
  });
});
