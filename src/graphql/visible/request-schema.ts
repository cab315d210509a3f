import type { RequestSource } from "../../identity/authenticator";
import type { Services } from "../context";
import type { VisibleSchemas } from "../visible-schema";
import { audienceOf } from "./audience";

/**
 * Gives the printed schema that a request's credential sees; without one, the public part.
 *
 * @throws FieldwardError UNAUTHENTICATED where a credential is not good
 */
export type SchemaText = (authorization: string | undefined, source: RequestSource) => Promise<string>;

/** @see SchemaText */
export function schemaTextFor(
  visible: VisibleSchemas,
  services: Pick<Services, "authenticator" | "policy">,
): SchemaText {
  return async (authorization, source) => {
    const principal = await services.authenticator.authenticate(authorization, source);
    return (await visible.of(services.policy, audienceOf(principal))).text;
  };
}
