import type { FastifyInstance } from "fastify";

/** Where a server listens, as far as its own address follows from it. */
export interface Listening {
  readonly host: string;
  readonly port: number;
  readonly tls: object | null;
}

/**
 * Scheme, host and port by which clients reach this server: as they were set (FIELDWARD_PUBLIC_URL), or else where it
 * listens. Never what a request says in its `Host`, which anybody can write there. @see OWASP ASVS 5.0 4.1.2
 */
export function originOf(
  server: FastifyInstance,
  { host, port, tls }: Listening,
  publicUrl: string | null,
): string {
  if (publicUrl !== null) return publicUrl;
  const address = server.server.address();
  // Port 0 stands for one that is not known before the server listens.
  const listening = typeof address === "object" && address !== null ? address.port : port;
  const name = host.includes(":") ? `[${host}]` : host;
  return `${tls === null ? "http" : "https"}://${name}:${String(listening)}`;
}
