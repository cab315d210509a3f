import { SUITES } from "../../../src/crypto/suites";
import { StartupError } from "../../../src/domain/errors";
import { openGcpKms } from "../../../src/vault/providers/gcp-kms";
import { openKeyProvider } from "../../../src/vault/providers/open-provider";
import { optionalPackage } from "../../../src/vault/providers/optional-package";
import { AWS } from "./aws-kms-server";
import { GCP } from "./gcp-kms-server";
import { NOW_MS, random } from "./opened-providers";

const OPTIONS = {
  suite: SUITES["xchacha20-poly1305"],
  random,
  clock: () => NOW_MS,
  wait: () => Promise.resolve(),
};

describe("the opening of a key provider", () => {
  it("is refused where there is no such provider; the text lists the four and repeats nothing", async () => {
    await expect(openKeyProvider("azure-kv:heron", OPTIONS)).rejects.toThrow(
      new StartupError(
        "A key provider must be local:PATH, vault-transit:https://HOST:8200#KEY, aws-kms:ARN or gcp-kms:projects/…/cryptoKeys/KEY.",
      ),
    );
  });

  it.each([`aws-kms:${AWS.arn}`, `gcp-kms:${GCP.name}`])(
    "is refused where its endpoint is plain http beyond this machine: %s",
    async (spec) => {
      const endpoint = "http://kms.example:8080";
      await expect(openKeyProvider(spec, { ...OPTIONS, endpoint })).rejects.toThrow(StartupError);
    },
  );

  it("is refused where Google's client would print what it sends", async () => {
    const environment = { GOOGLE_SDK_NODE_LOGGING: "all" };
    await expect(openGcpKms({ provider: "gcp-kms", name: GCP.name }, OPTIONS, environment)).rejects.toThrow(
      /^GOOGLE_SDK_NODE_LOGGING .* Unset it\.$/,
    );
  });
});

describe("a package that is optional", () => {
  it("is loaded where it is installed", async () => {
    expect(await optionalPackage("heron", () => Promise.resolve("the package"))).toBe("the package");
  });

  it.each(["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"])(
    "stops the start where it is missing (%s); the text says how to install it",
    async (code) => {
      const missing = () => Promise.reject(Object.assign(new Error("Cannot find module"), { code }));
      await expect(optionalPackage("@aws-sdk/client-kms", missing)).rejects.toThrow(
        new StartupError(
          "This key provider needs a package that is missing. Run: npm install @aws-sdk/client-kms",
        ),
      );
    },
  );

  it("fails as it fails where it is installed and broken", async () => {
    const broken = new TypeError("it does not load");
    await expect(optionalPackage("heron", () => Promise.reject(broken))).rejects.toBe(broken);
  });
});
