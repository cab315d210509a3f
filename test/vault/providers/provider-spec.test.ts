import { inspect } from "node:util";
import { keyProviderFault, readProviderSpec, SpecFault } from "../../../src/vault/providers/provider-spec";
import { AWS } from "./aws-kms-server";
import { GCP } from "./gcp-kms-server";

const CANARY = "heron";

describe("the spec of a key provider", () => {
  it.each([
    ["local:var/keyset.json", { provider: "local", path: "var/keyset.json" }],
    ["local:C:/keys", { provider: "local", path: "C:/keys" }],
    [
      "vault-transit:https://vault.example:8200#fieldward",
      { provider: "vault-transit", origin: "https://vault.example:8200", mount: "transit", key: "fieldward" },
    ],
    [
      "vault-transit:https://vault.example/messaging/transit-eu/#field.ward-1",
      {
        provider: "vault-transit",
        origin: "https://vault.example",
        mount: "messaging/transit-eu",
        key: "field.ward-1",
      },
    ],
    [
      "vault-transit:http://127.0.0.1:8200#k",
      { provider: "vault-transit", origin: "http://127.0.0.1:8200", mount: "transit", key: "k" },
    ],
    [
      "vault-transit:http://[::1]:8200#k",
      { provider: "vault-transit", origin: "http://[::1]:8200", mount: "transit", key: "k" },
    ],
    [
      "vault-transit:http://localhost:8200#k",
      { provider: "vault-transit", origin: "http://localhost:8200", mount: "transit", key: "k" },
    ],
    [`aws-kms:${AWS.arn}`, { provider: "aws-kms", arn: AWS.arn, region: "eu-west-1" }],
    [
      "aws-kms:arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/mrk-0123456789abcdef0123456789abcdef",
      {
        provider: "aws-kms",
        arn: "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/mrk-0123456789abcdef0123456789abcdef",
        region: "us-gov-west-1",
      },
    ],
    [`gcp-kms:${GCP.name}`, { provider: "gcp-kms", name: GCP.name }],
  ])("is read: %s", (spec, read) => {
    expect(readProviderSpec(spec)).toEqual(read);
    expect(keyProviderFault(spec)).toBeUndefined();
  });

  it.each([
    [`azure-kv:${CANARY}`, "local:PATH, vault-transit:"],
    [CANARY, "local:PATH, vault-transit:"],
    ["", "local:PATH, vault-transit:"],
    ["constructor:x", "local:PATH, vault-transit:"],
    ["local:", "must be local:PATH"],
    [`vault-transit:${CANARY}`, "vault-transit:URL#KEY"],
    [`vault-transit:http://${CANARY}.example:8200#k`, "https:"],
    ["vault-transit:http://127.0.0.1.example:8200#k", "https:"],
    ["vault-transit:http://localhost.example:8200#k", "https:"],
    ["vault-transit:ftp://127.0.0.1#k", "https:"],
    [`vault-transit:https://user:${CANARY}@vault.example:8200#k`, "without user, password and query"],
    [`vault-transit:https://vault.example:8200/?token=${CANARY}#k`, "without user, password and query"],
    ["vault-transit:https://vault.example:8200", "after a #"],
    ["vault-transit:https://vault.example:8200#", "after a #"],
    ["vault-transit:https://vault.example:8200#../sys/seal", "after a #"],
    ["vault-transit:https://vault.example:8200#a/b", "after a #"],
    ["vault-transit:https://vault.example:8200/a%2fb#k", "mount"],
    ["vault-transit:https://vault.example:8200/v1/transit#k", "without /v1"],
    ["aws-kms:arn:aws:kms:eu-west-1:111122223333:alias/fieldward", "alias"],
    ["aws-kms:1234abcd-12ab-34cd-56ef-1234567890ab", "aws-kms:arn:aws:kms"],
    [`gcp-kms:${GCP.name}/cryptoKeyVersions/1`, "without a version"],
    ["gcp-kms:projects/p/locations/l/keyRings/../cryptoKeys/k", "gcp-kms:projects/"],
  ])("is refused, with what it must be and without what it is: %s", (spec, text) => {
    const fault = readProviderSpec(spec);
    expect(fault).toBeInstanceOf(SpecFault);
    expect(keyProviderFault(spec)).toContain(text);
    expect(keyProviderFault(spec)).toMatch(/^must /);
    expect(inspect(fault)).not.toContain(CANARY);
  });
});
