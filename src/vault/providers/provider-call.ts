import { types } from "node:util";
import type { RandomBytes } from "../../crypto/random";
import { FieldwardError } from "../../domain/errors";
import { errorCode } from "./error-code";

/** What the calls of a provider are bounded by. */
export interface CallLimits {
  readonly random: RandomBytes;
  readonly wait: (ms: number) => Promise<void>;
  /** Of one attempt; 5 s where it is left out. */
  readonly attemptTimeoutMs?: number | undefined;
}

const ATTEMPTS = 3;
/** How long an attempt may take. */
export const ATTEMPT_TIMEOUT_MS = 5_000;
/** The longest pause before the second attempt; it doubles for the third. */
const PAUSE_MS = 400;
const UINT32 = 2 ** 32;
const TOO_MANY_REQUESTS = 429;
const SERVER_FAULTS = 500;

/** A code that a foreign answer may hold. What does not look like one is not repeated: it could be anything. */
const CODE = /^[\w.:-]{1,64}$/;

/** What a failed attempt said, cut down to what may be kept: a status or a code. Never a message, a header or a body. */
export class ProviderFault extends Error {
  override readonly name = "ProviderFault";

  /** `again` where a later attempt may fare better. */
  constructor(
    code: string,
    readonly again: boolean,
  ) {
    super(CODE.test(code) ? code : "UNKNOWN");
  }
}

/** Whether a later attempt may fare better than one that was answered with this status. */
export function mayPass(status: number): boolean {
  return status === TOO_MANY_REQUESTS || status >= SERVER_FAULTS;
}

/** Codes of sockets, of name look-ups and of fetch(), which puts the error of a socket into its cause. */
const NETWORK = /^(?:E[A-Z]{3,}|EAI_[A-Z]+|UND_ERR_[A-Z_]+)$/;

/**
 * The fault of an attempt that got no whole answer; undefined where the error has no code. A code that is not the network's,
 * such as that of a certificate that cannot be verified, stays what it is.
 */
export function connectionFault(error: unknown): ProviderFault | undefined {
  for (let at = error; types.isNativeError(at); at = at.cause) {
    const code = errorCode(at);
    if (code !== undefined) return new ProviderFault(code, NETWORK.test(code));
  }
  return undefined;
}

/** Why a provider could not do what it was asked: provider, operation and reason. Safe to be told to an operator. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
}

/** VAULT_UNAVAILABLE with a cause that logs and commands may tell. */
export function unavailable(provider: string, operation: string, code: string): FieldwardError {
  const cause = new ProviderError(`${provider}: ${operation}: ${code}`);
  return new FieldwardError("VAULT_UNAVAILABLE", undefined, { cause });
}

async function withTimeout<T>(attempt: (signal: AbortSignal) => Promise<T>, ms: number): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      // In this order: what the attempt says about being aborted comes too late to be heard.
      reject(new ProviderFault("TIMEOUT", true));
      controller.abort();
    }, ms);
  });
  try {
    return await Promise.race([attempt(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Calls of one remote provider: at most three attempts of five seconds, with a random pause before the second and the third.
 * A rotation that is tried again may make two versions; the newest is the primary, and the other one is in nobody's way.
 */
export class BoundedCalls {
  /** `faultOf` reads the errors of the provider's own client. */
  constructor(
    private readonly provider: string,
    private readonly limits: CallLimits,
    private readonly faultOf: (error: unknown) => ProviderFault,
  ) {}

  /** @throws FieldwardError VAULT_UNAVAILABLE */
  async run<T>(operation: string, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const timeoutMs = this.limits.attemptTimeoutMs ?? ATTEMPT_TIMEOUT_MS;
    for (let made = 1; ; made += 1) {
      try {
        return await withTimeout(attempt, timeoutMs);
      } catch (error) {
        const fault = error instanceof ProviderFault ? error : this.faultOf(error);
        if (!fault.again || made === ATTEMPTS) throw unavailable(this.provider, operation, fault.message);
      }
      await this.limits.wait(this.#pauseMs(made));
    }
  }

  /** Between half and the whole of the longest, so that many gateways do not come back all at once. */
  #pauseMs(made: number): number {
    const longest = PAUSE_MS * 2 ** (made - 1);
    return Math.round((longest * (1 + this.limits.random(4).readUInt32BE() / UINT32)) / 2);
  }
}
