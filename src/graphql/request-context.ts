import type { ActiveElevation } from "../access/elevations";
import { FieldwardError } from "../domain/errors";
import { NOBODY, type DeclaredPurpose, type Principal } from "../domain/principal";
import { decide, type Standing } from "../policy/decide";
import type { Lift } from "../policy/gate";
import type { Policy } from "../policy/policy";
import { declaredPurpose } from "../policy/purpose-header";
import type { GatewayContext, Services } from "./context";
import { isPublicDocument } from "./public-document";

/** What a request says of itself. */
export interface IncomingRequest {
  readonly id: string;
  readonly ip: string | null;
  /** SHA-256 of the verified client certificate, in hex; null: none. */
  readonly certificateSha256: string | null;
  readonly authorization: string | undefined;
  readonly purpose: string | undefined;
  readonly body: unknown;
}

type Lifts = Pick<GatewayContext, "lifts" | "liftOf">;

const NO_LIFTS: Lifts = { lifts: new Set(), liftOf: new Map() };

function liftsOf(active: readonly ActiveElevation[]): Lifts {
  const liftOf = new Map<string, Lift>();
  for (const { id, customerId, category } of active) {
    const known = liftOf.get(customerId);
    liftOf.set(customerId, {
      categories: new Set([...(known?.categories ?? []), category]),
      elevations: [...(known?.elevations ?? []), id],
    });
  }
  return { lifts: new Set(active.map(({ category }) => category)), liftOf };
}

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
    const principal = await services.authenticator.authenticate(request.authorization, request);
    if (principal === null && !isPublicDocument(request.body)) throw new FieldwardError("UNAUTHENTICATED");
    if (!isGraphqlRequest(request.body))
      throw new FieldwardError("BAD_USER_INPUT", "Send one GraphQL request: a JSON object with `query`.");
    const { policy } = services;
    const purpose = principal === null ? null : declaredPurpose(request.purpose, principal, policy);
    const { standing, key } = this.#standing(policy, principal ?? NOBODY, purpose, nowMs);
    const { lifts, liftOf } = await this.#lifts(principal, standing, nowMs);
    return {
      services,
      policy,
      indexes: await services.vault.indexes.now(),
      requestId: request.id,
      ip: request.ip,
      nowMs,
      principal,
      purpose,
      standing,
      lifts,
      liftOf,
      standingKey: lifts.size === 0 ? key : `${key}:${[...lifts].sort().join()}`,
    };
  }

  /** What approved elevations lift for this caller now, where its purpose lets them lift anything. */
  async #lifts(principal: Principal | null, standing: Standing, nowMs: number): Promise<Lifts> {
    if (principal === null || Object.keys(standing.elevated).length === 0) return NO_LIFTS;
    const active = await this.services.elevations.activeFor(principal);
    const counting = active.filter(
      ({ category, expiresAtMs }) => standing.elevated[category] !== undefined && nowMs < expiresAtMs,
    );
    return counting.length === 0 ? NO_LIFTS : liftsOf(counting);
  }

  #standing(policy: Policy, principal: Principal, purpose: DeclaredPurpose | null, nowMs: number): Known {
    const trained = principal.trainedUntil !== null && principal.trainedUntil.getTime() > nowMs;
    const { kind, role, tenantId, scopes, purposes } = principal;
    const who = [kind, role, tenantId, scopes, purposes, principal.mustEnrol];
    const key = JSON.stringify([policy.revision, ...who, purpose?.purpose, trained]);
    let known = this.#standings.get(key);
    if (known === undefined) {
      if (this.#standings.size >= STANDINGS_KEPT) this.#standings = new Map();
      // Who has yet to set up a second factor has what a role that there is not has: nothing.
      const decided = principal.mustEnrol === true ? { ...principal, role: null } : principal;
      const standing = decide(policy, decided, purpose?.purpose ?? null, new Date(nowMs));
      known = { standing, key };
      this.#standings.set(key, known);
    }
    return known;
  }
}
