import { isIPv4, isIPv6 } from "node:net";
import { StartupError } from "../domain/errors";

const LONGEST_PREFIX = { 4: 32, 6: 128 } as const;

function isNetwork(text: string): boolean {
  const [address = "", prefix, ...rest] = text.split("/");
  const family = isIPv4(address) ? 4 : isIPv6(address) && !address.includes("%") ? 6 : undefined;
  if (family === undefined || rest.length > 0) return false;
  if (prefix === undefined) return true;
  // A prefix of 0 would trust the whole world to say where a request comes from.
  return /^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= LONGEST_PREFIX[family];
}

/**
 * Reads FIELDWARD_TRUSTED_PROXIES: addresses and networks with spaces between. `X-Forwarded-For` counts where the connection
 * comes from one of these, and back to the first address that is not one; from anywhere else it is ignored.
 *
 * @throws StartupError. @see OWASP ASVS 5.0 4.1.3
 */
export function readTrustedProxies(setting: string | undefined): readonly string[] {
  const networks = (setting ?? "").split(/\s+/).filter((text) => text !== "");
  if (!networks.every(isNetwork)) {
    throw new StartupError(
      "FIELDWARD_TRUSTED_PROXIES must be addresses or networks with spaces between, such as 10.0.0.7 192.168.1.0/24.",
    );
  }
  return networks;
}
