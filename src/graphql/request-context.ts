import { FieldwardError } from "../domain/errors";
import type { DeclaredPurpose, Principal } from "../domain/principal";
import { decide, type Standing } from "../policy/decide";
import { declaredPurpose } from "../policy/purpose-header";
import type { GatewayContext, Services } from "./context";
import { isPublicDocument } from "./public-document";

/** What a request says of itself. */
export interface IncomingRequest {
  readonly id: string;
  readonly ip: string | null;
  readonly authorization: string | undefined;
  readonly purpose: string | undefined;
  readonly body: unknown;
}

const NOBODY: Principal = {
  id: "",
  kind: "SUBJECT",
  tenantId: null,
  role: null,
  scopes: [],
  purposes: [],
  trainedUntil: null,
};

interface Known {
  readonly standing: Standing;
  readonly key: string;
}

const absent = (value: unknown): boolean => value === undefined || value === null;
const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Asked here and not left to Apollo, whose refusal would come without the id of the request. */
function isGraphqlRequest(body: unknown): boolean {
  if (!isObject(body)) return false;
  const { query, operationName, variables, extensions } = body as Record<string, unknown>;
  const named = absent(operationName) || typeof operationName === "string";
  return (
    typeof query === "string" &&
    named &&
    [variables, extensions].every((part) => absent(part) || isObject(part))
  );
}

const STANDINGS_KEPT = 5_000;

/**
 * Makes the context of requests: who asks, for what, and what that adds up to. Standings are kept by everything that
 * `decide` looks at, so that equal callers share their plans.
 */
export class RequestContexts {
  #standings = new Map<string, Known>();

  constructor(private readonly services: Services) {}

  /** @throws FieldwardError UNAUTHENTICATED, PURPOSE_NOT_ALLOWED, BAD_USER_INPUT or VAULT_UNAVAILABLE */
  async make(request: IncomingRequest): Promise<GatewayContext> {
    const { services } = this;
    const obstacle = services.shredWatch.obstacle;
    if (obstacle !== undefined)
      throw new FieldwardError("VAULT_UNAVAILABLE", undefined, { cause: new Error(obstacle) });
    const nowMs = services.clock();
    const principal = await services.authenticator.authenticate(request.authorization);
    if (principal === null && !isPublicDocument(request.body)) throw new FieldwardError("UNAUTHENTICATED");
    if (!isGraphqlRequest(request.body))
      throw new FieldwardError("BAD_USER_INPUT", "Send one GraphQL request: a JSON object with `query`.");
    const purpose = principal === null ? null : declaredPurpose(request.purpose, principal, services.policy);
    const { standing, key } = this.#standing(principal ?? NOBODY, purpose, nowMs);
    return {
      services,
      indexes: await services.vault.indexes.now(),
      requestId: request.id,
      ip: request.ip,
      nowMs,
      principal,
      purpose,
      standing,
      standingKey: key,
    };
  }

  #standing(principal: Principal, purpose: DeclaredPurpose | null, nowMs: number): Known {
    const trained = principal.trainedUntil !== null && principal.trainedUntil.getTime() > nowMs;
    const { kind, role, tenantId, scopes, purposes } = principal;
    const key = JSON.stringify([kind, role, tenantId, scopes, purposes, purpose?.purpose, trained]);
    let known = this.#standings.get(key);
    if (known === undefined) {
      if (this.#standings.size >= STANDINGS_KEPT) this.#standings = new Map();
      const standing = decide(this.services.policy, principal, purpose?.purpose ?? null, new Date(nowMs));
      known = { standing, key };
      this.#standings.set(key, known);
    }
    return known;
  }
}
