import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { StartupError } from "../domain/errors";

/** The three databases: no single credential opens enough to read a message. */
export const DATABASES = ["data", "vault", "audit"] as const;

/** @see DATABASES */
export type DatabaseName = (typeof DATABASES)[number];

/** Where a database is, read from its URL. */
export type DatabaseTarget =
  | { readonly type: "sqlite"; readonly path: string }
  | {
      readonly type: "mysql" | "mariadb";
      readonly host: string;
      readonly port: number;
      readonly username: string;
      readonly password: string;
      readonly database: string;
      /** Verified TLS: the authority's certificate in PEM, and the server's name checked against its own. */
      readonly tls: { readonly ca: string } | null;
    };

/** Whether a host of a URL is this machine. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function tlsOf(url: URL, setting: string): { ca: string } | null {
  const ca = url.searchParams.get("tls-ca");
  if (ca === null) {
    if (isLoopback(url.hostname)) return null;
    throw new StartupError(
      `${setting} names the host ${url.hostname} without TLS. Add "?tls-ca=/path/to/ca.pem" with the authority that signed its certificate.`,
    );
  }
  // mysql2 checks "localhost" instead of the address where the host is an IP, so only a name can be verified.
  if (isIP(url.hostname) !== 0 && !isLoopback(url.hostname)) {
    throw new StartupError(
      `${setting} names an IP address. Use the host's DNS name, so that its certificate can be verified.`,
    );
  }
  return { ca: readFileSync(ca, "utf8") };
}

/**
 * Reads `sqlite:PATH`, `mysql://user:password@host:port/database` or `mariadb://…`, the last two with `?tls-ca=FILE`.
 *
 * @throws StartupError where it is none of these, or a host other than loopback would be reached without verified TLS.
 */
export function parseDatabaseUrl(value: string, setting: string): DatabaseTarget {
  if (value.startsWith("sqlite:")) return { type: "sqlite", path: resolve(value.slice("sqlite:".length)) };
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const type = url?.protocol.slice(0, -1);
  if (url === undefined || (type !== "mysql" && type !== "mariadb") || url.pathname.length < 2) {
    // The value is not repeated: it may hold a password.
    throw new StartupError(
      `${setting} must be sqlite:PATH, mysql://user:password@host:3306/database or mariadb://… .`,
    );
  }
  return {
    type,
    host: url.hostname,
    port: url.port === "" ? 3306 : Number(url.port),
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    tls: tlsOf(url, setting),
  };
}
