import type { RequestSource } from "./authenticator";
import { AddressList } from "./address-list";
import type { FoundToken } from "./credential-store";

/** From where a token may be used: its allowed addresses, and the certificate that it is bound to. @see RFC 8705 §3 */
export function placeRule({
  allowedIps,
  certificateSha256,
}: Pick<FoundToken, "allowedIps" | "certificateSha256">): (source: RequestSource) => boolean {
  const addresses = allowedIps === null ? null : AddressList.stored(allowedIps);
  return (source) =>
    (addresses?.allows(source.ip) ?? true) &&
    (certificateSha256 === null || source.certificateSha256 === certificateSha256);
}

/** Writes down when a token was last used. */
export type WriteUse = (tokenId: string, at: Date) => Promise<void>;

const NOTED_EVERY_MS = 5 * 60 * 1_000;
const KEPT = 10_000;

/**
 * When tokens were last used, to five minutes: enough to find those that nobody uses. It is written beside the request,
 * which does not wait for it, and a use that could not be written is written with the next one.
 */
export class TokenUse {
  #notedMs = new Map<string, number>();

  constructor(
    private readonly write: WriteUse,
    private readonly clock: () => number,
  ) {}

  note({ id, lastUsedAtMs }: Pick<FoundToken, "id" | "lastUsedAtMs">): void {
    const now = this.clock();
    const notedMs = Math.max(this.#notedMs.get(id) ?? -Infinity, lastUsedAtMs ?? -Infinity);
    if (now - notedMs < NOTED_EVERY_MS) return;
    if (this.#notedMs.size >= KEPT) this.#notedMs = new Map();
    this.#notedMs.set(id, now);
    this.write(id, new Date(now)).catch(() => {
      this.#notedMs.delete(id);
    });
  }
}
