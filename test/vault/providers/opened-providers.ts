import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { pooledRandom } from "../../../src/crypto/random";
import { SUITES } from "../../../src/crypto/suites";
import { FieldwardError } from "../../../src/domain/errors";
import type { KeyProvider } from "../../../src/vault/key-provider";
import { createKeyset } from "../../../src/vault/providers/local-keyset";
import { openKeyProvider, type ProviderOptions } from "../../../src/vault/providers/open-provider";
import { AWS, awsServer, type AwsServer } from "./aws-kms-server";
import { GCP, gcpServer, type GcpServer } from "./gcp-kms-server";
import type { LocalServer } from "./local-server";
import { TRANSIT, transitServer, type TransitServer } from "./vault-transit-server";

export const random = pooledRandom();
export const NOW_MS = Date.parse("2026-06-15T12:00:00Z");

/** A provider over whatever it needs, opened as the gateway opens it. */
export interface Opened {
  readonly provider: KeyProvider;
  /** Another process, or the same one after a restart. */
  reopen(changed?: Partial<ProviderOptions>): Promise<KeyProvider>;
  /** Makes a new version of the key, by the provider or behind it. */
  rotate(): Promise<unknown>;
  /** The pauses between attempts, in milliseconds; nothing waits for them. */
  readonly pauses: readonly number[];
  /** What no error may repeat. */
  secrets(): readonly string[];
  close(): Promise<void>;
}

/** One that lies behind a server. */
export interface OpenedRemote<Server extends LocalServer = LocalServer> extends Opened {
  readonly server: Server;
}

function optionsWith(pauses: number[], given: Partial<ProviderOptions>): ProviderOptions {
  return {
    suite: SUITES["xchacha20-poly1305"],
    random,
    clock: () => NOW_MS,
    wait: (ms) => {
      pauses.push(ms);
      return Promise.resolve();
    },
    ...given,
  };
}

/** Sets variables of the environment, and answers what puts it back. */
function withEnvironment(variables: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  };
}

export async function openLocal(): Promise<Opened> {
  const directory = mkdtempSync(join(tmpdir(), "fieldward-local-"));
  const path = join(directory, "keyset.json");
  const options = optionsWith([], {});
  await createKeyset(path, options);
  const open = (changed = {}) => openKeyProvider(`local:${path}`, { ...options, ...changed });
  const provider = await open();
  return {
    provider,
    reopen: open,
    rotate: async () => provider.rotate?.(),
    pauses: [],
    secrets: () =>
      [...readFileSync(path, "utf8").matchAll(/"secret": "([^"]+)"/g)].map(([, secret = ""]) => secret),
    close: () => {
      rmSync(directory, { recursive: true });
      return Promise.resolve();
    },
  };
}

export async function openTransit(): Promise<OpenedRemote<TransitServer>> {
  const server = await transitServer();
  const pauses: number[] = [];
  const spec = `vault-transit:${server.url}#${TRANSIT.key}`;
  const options = optionsWith(pauses, { transitToken: TRANSIT.token });
  const open = (changed = {}) => openKeyProvider(spec, { ...options, ...changed });
  const provider = await open();
  return {
    provider,
    server,
    reopen: open,
    rotate: async () => provider.rotate?.(),
    pauses,
    secrets: () => [TRANSIT.token],
    close: server.close,
  };
}

export async function openAws(): Promise<OpenedRemote<AwsServer>> {
  const server = await awsServer();
  const restore = withEnvironment({
    AWS_ACCESS_KEY_ID: AWS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: AWS.secretAccessKey,
  });
  const pauses: number[] = [];
  const options = optionsWith(pauses, { endpoint: server.url });
  const open = (changed = {}) => openKeyProvider(`aws-kms:${AWS.arn}`, { ...options, ...changed });
  return {
    provider: await open(),
    server,
    reopen: open,
    rotate: () => {
      server.key.rotateMaterial();
      return Promise.resolve();
    },
    pauses,
    secrets: () => [AWS.secretAccessKey],
    close: () => {
      restore();
      return server.close();
    },
  };
}

export async function openGcp(): Promise<OpenedRemote<GcpServer>> {
  const server = await gcpServer();
  const restore = withEnvironment({ GOOGLE_APPLICATION_CREDENTIALS: server.credentialsFile });
  const pauses: number[] = [];
  const options = optionsWith(pauses, { endpoint: server.url });
  const open = (changed = {}) => openKeyProvider(`gcp-kms:${GCP.name}`, { ...options, ...changed });
  const provider = await open();
  return {
    provider,
    server,
    reopen: open,
    rotate: async () => provider.rotate?.(),
    pauses,
    secrets: () => [server.privateKey],
    close: () => {
      restore();
      return server.close();
    },
  };
}

/** What work fails with; work that does not fail is a failure of the test. */
export async function failureOf(work: Promise<unknown>): Promise<FieldwardError> {
  const failure: unknown = await work.then(
    () => "nothing failed",
    (error: unknown) => error,
  );
  if (failure instanceof FieldwardError) return failure;
  throw new Error(`not a FieldwardError: ${inspect(failure)}`);
}

/** The code of what work fails with, and what the log gets to see of it. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  const { code, cause } = await failureOf(work);
  return `${code} ${cause instanceof Error ? cause.message : "without a cause"}`;
}
