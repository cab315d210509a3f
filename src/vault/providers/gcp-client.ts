import { types } from "node:util";
import type * as Sdk from "@google-cloud/kms";
import {
  ATTEMPT_TIMEOUT_MS,
  connectionFault,
  mayPass,
  ProviderFault,
  type CallLimits,
} from "./provider-call";

/** How Google Cloud is spoken to; credentials are found by the client itself. */
export interface GcpKmsOptions extends CallLimits {
  /** Instead of cloudkms.googleapis.com. */
  readonly endpoint?: string | undefined;
}

/** For each call: attempts are counted in one place for all providers. */
export const ONE_ATTEMPT = { retry: { retryCodes: [] } };

/** More than a page of versions takes. */
const MAX_BYTES = 1024 * 1024;
/** The client closes a connection so much later than the attempt is given up: the attempt shall say why. */
const CLOSE_AFTER_MS = 500;

/**
 * In REST, so that it needs no channel between calls a minute apart. With an endpoint it takes Node's own fetch, for which
 * no proxy is looked up.
 */
function clientOptions({ endpoint, attemptTimeoutMs = ATTEMPT_TIMEOUT_MS }: GcpKmsOptions) {
  const bounds = { timeout: attemptTimeoutMs + CLOSE_AFTER_MS, maxContentLength: MAX_BYTES, size: MAX_BYTES };
  if (endpoint === undefined) return { fallback: true, clientOptions: { transporterOptions: bounds } };
  const { protocol, hostname, port } = new URL(endpoint);
  return {
    fallback: true,
    protocol: protocol.replace(":", ""),
    apiEndpoint: hostname,
    ...(port === "" ? {} : { port: Number(port) }),
    clientOptions: { transporterOptions: { ...bounds, fetchImplementation: fetch } },
  };
}

const FIRST_ERROR = 400;

/** The client has no code for this. */
const NO_CREDENTIALS = "default credentials";

/** The client also fails at an answer with a good status, such as one that is too long. */
function answerFault(status: number): ProviderFault {
  if (status < FIRST_ERROR) return new ProviderFault("ANSWER_MALFORMED", false);
  return new ProviderFault(`HTTP_${String(status)}`, mayPass(status));
}

/** Of the client's error, which carries the request with its credential, status and code are kept. */
export function gcpFaultOf(error: unknown): ProviderFault {
  if (!types.isNativeError(error)) return new ProviderFault("UNKNOWN", false);
  const status: unknown = "status" in error ? error.status : undefined;
  if (typeof status === "number") return answerFault(status);
  if (error.message.includes(NO_CREDENTIALS)) return new ProviderFault("CREDENTIALS_NOT_FOUND", false);
  return connectionFault(error) ?? new ProviderFault(error.name, false);
}

/**
 * A client that is made when it is first needed, and again where it could not find its credentials: one that has failed at
 * that fails for ever, and throws its error where nobody can catch it, which ends the process.
 */
export class GcpConnection {
  #client: Promise<Sdk.KeyManagementServiceClient> | undefined;

  constructor(
    private readonly sdk: typeof Sdk,
    private readonly options: GcpKmsOptions,
  ) {}

  client(): Promise<Sdk.KeyManagementServiceClient> {
    this.#client ??= this.#connect();
    return this.#client;
  }

  async #connect(): Promise<Sdk.KeyManagementServiceClient> {
    const client = new this.sdk.KeyManagementServiceClient(clientOptions(this.options));
    try {
      await client.initialize();
      return client;
    } catch (error) {
      this.#client = undefined;
      throw error;
    }
  }
}
