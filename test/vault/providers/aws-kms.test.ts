import { AWS, type AwsServer } from "./aws-kms-server";
import { openAws, random, refusalOf, type OpenedRemote } from "./opened-providers";

const CONTEXT = "kek/0197e0a4-4a7c-7000-8000-0000000000a1";

describe("AWS KMS", () => {
  let opened: OpenedRemote<AwsServer>;
  beforeEach(async () => {
    opened = await openAws();
  });
  afterEach(() => opened.close());

  const asked = () =>
    opened.server.received.map(({ headers, body }) => [String(headers["x-amz-target"]), body] as const);

  it("is given key and context with every call", async () => {
    const key = random(32);
    const EncryptionContext = { fieldward: CONTEXT };
    const wrapped = await opened.provider.wrap(CONTEXT, key);
    const again = await opened.provider.rewrap(CONTEXT, wrapped);
    await opened.provider.unwrap(CONTEXT, again);
    const blob = ({ wrapped: bytes }: { wrapped: Uint8Array }) => Buffer.from(bytes).toString("base64");
    expect(asked()).toEqual([
      ["TrentService.Encrypt", { KeyId: AWS.arn, Plaintext: key.toString("base64"), EncryptionContext }],
      [
        "TrentService.ReEncrypt",
        {
          CiphertextBlob: blob(wrapped),
          SourceKeyId: AWS.arn,
          SourceEncryptionContext: EncryptionContext,
          DestinationKeyId: AWS.arn,
          DestinationEncryptionContext: EncryptionContext,
        },
      ],
      ["TrentService.Decrypt", { KeyId: AWS.arn, CiphertextBlob: blob(again), EncryptionContext }],
    ]);
  });

  it("is not asked to open what names another key", async () => {
    const wrapped = await opened.provider.wrap(CONTEXT, random(32));
    const keyId = AWS.arn.replace("1234abcd", "4321dcba");
    expect(await refusalOf(opened.provider.unwrap(CONTEXT, { ...wrapped, keyId }))).toMatch(
      /WRAPPED_ELSEWHERE$/,
    );
    expect(asked().map(([target]) => target)).toEqual(["TrentService.Encrypt"]);
  });

  it.each(["Disabled", "PendingDeletion", "PendingImport", "Unavailable"])(
    "is not healthy where its key is %s",
    async (state) => {
      opened.server.key.state = state;
      expect(await refusalOf(opened.provider.health())).toBe(
        `VAULT_UNAVAILABLE aws-kms: health: KEY_STATE_${state}`,
      );
    },
  );

  it("is not believed where it answers for another key, or with what is no key", async () => {
    const wrapped = await opened.provider.wrap(CONTEXT, random(32));
    const Plaintext = random(32).toString("base64");
    for (const answer of [
      { KeyId: "arn:aws:kms:eu-west-1:111122223333:key/another", Plaintext },
      { KeyId: AWS.arn, Plaintext: random(31).toString("base64") },
      { KeyId: AWS.arn },
      {},
    ]) {
      opened.server.answerInstead = answer;
      expect(await refusalOf(opened.provider.unwrap(CONTEXT, wrapped))).toMatch(/unwrap: ANSWER_MALFORMED$/);
      expect(await refusalOf(opened.provider.wrap(CONTEXT, random(32)))).toMatch(/wrap: ANSWER_MALFORMED$/);
    }
  });
});
