/** Which key of which provider: what the setting FIELDWARD_KEY_PROVIDER says. */
export type ProviderSpec =
  | { readonly provider: "local"; readonly path: string }
  | {
      readonly provider: "vault-transit";
      readonly origin: string;
      readonly mount: string;
      readonly key: string;
    }
  | { readonly provider: "aws-kms"; readonly arn: string; readonly region: string }
  | { readonly provider: "gcp-kms"; readonly name: string };

/** What is wrong with a spec, to be read after the name of the setting. It repeats nothing: a URL can hold a password. */
export class SpecFault {
  constructor(readonly text: string) {}
}

const PROVIDERS =
  "must be local:PATH, vault-transit:https://HOST:8200#KEY, aws-kms:ARN or gcp-kms:projects/…/cryptoKeys/KEY";

/** 127.0.0.0/8, ::1 and the name that RFC 6761 §6.3 reserves for them. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whether a URL may be asked: by https, or by plain http on this machine. */
export function isSafeUrl(url: URL): boolean {
  return url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.test(url.hostname));
}

const MOUNT = /^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*$/;
const TRANSIT_KEY = /^\w(?:[\w.-]*\w)?$/;

function readTransit(rest: string): ProviderSpec | SpecFault {
  if (!URL.canParse(rest)) {
    return new SpecFault(
      "must be vault-transit:URL#KEY, such as vault-transit:https://vault.example:8200#fieldward",
    );
  }
  const url = new URL(rest);
  if (!isSafeUrl(url)) return new SpecFault("must name a https: URL; plain http: is for loopback only");
  if (url.username !== "" || url.password !== "" || url.search !== "") {
    return new SpecFault(
      "must name a URL without user, password and query; the token has a setting of its own",
    );
  }
  const mount = url.pathname.replace(/^\/|\/$/g, "") || "transit";
  if (!MOUNT.test(mount) || mount.startsWith("v1/"))
    return new SpecFault("must name the mount's path only, without /v1");
  const key = url.hash.slice(1);
  if (!TRANSIT_KEY.test(key)) return new SpecFault("must name the transit key after a #");
  return { provider: "vault-transit", origin: url.origin, mount, key };
}

/** The key itself and not an alias: who may move an alias would choose the key. */
const KEY_ARN = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:key\/[\w-]+$/;

function readAws(arn: string): ProviderSpec | SpecFault {
  const region = KEY_ARN.exec(arn)?.[1];
  if (region === undefined) {
    return new SpecFault("must be aws-kms:arn:aws:kms:REGION:ACCOUNT:key/ID; an alias will not do");
  }
  return { provider: "aws-kms", arn, region };
}

const CRYPTO_KEY = /^projects\/[a-z0-9.:-]+\/locations\/[a-z0-9-]+\/keyRings\/[\w-]+\/cryptoKeys\/[\w-]+$/;

function readGcp(name: string): ProviderSpec | SpecFault {
  if (CRYPTO_KEY.test(name)) return { provider: "gcp-kms", name };
  return new SpecFault("must be gcp-kms:projects/P/locations/L/keyRings/R/cryptoKeys/K, without a version");
}

function readLocal(path: string): ProviderSpec | SpecFault {
  return path === ""
    ? new SpecFault("must be local:PATH, the path of a keyset file")
    : { provider: "local", path };
}

const READERS: ReadonlyMap<string, (rest: string) => ProviderSpec | SpecFault> = new Map([
  ["local", readLocal],
  ["vault-transit", readTransit],
  ["aws-kms", readAws],
  ["gcp-kms", readGcp],
]);

/** Reads `PROVIDER:KEY`. */
export function readProviderSpec(spec: string): ProviderSpec | SpecFault {
  const colon = spec.indexOf(":");
  const reader = READERS.get(spec.slice(0, Math.max(0, colon)));
  return reader === undefined ? new SpecFault(PROVIDERS) : reader(spec.slice(colon + 1));
}

/** What is wrong with a spec, to be read after the name of its setting; undefined where nothing is. */
export function keyProviderFault(spec: string): string | undefined {
  const read = readProviderSpec(spec);
  return read instanceof SpecFault ? read.text : undefined;
}

/** The provider that a spec names, without its key. */
export function providerName(spec: string): string {
  return spec.replace(/:.*/s, "");
}
