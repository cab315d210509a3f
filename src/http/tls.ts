import { constants, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Server, Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";
import { FieldwardError, StartupError } from "../domain/errors";

/** What TLS is served with, in PEM. */
export interface TlsSettings {
  readonly cert: string;
  readonly key: string;
  /** The authorities whose client certificates are verified; null: none is asked for. */
  readonly clientCa: string | null;
}

/** Where the PEM files lie, by setting. */
export interface TlsFiles {
  readonly FIELDWARD_TLS_CERT?: string | undefined;
  readonly FIELDWARD_TLS_KEY?: string | undefined;
  readonly FIELDWARD_TLS_CLIENT_CA?: string | undefined;
}

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function readPem(setting: keyof TlsFiles, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new StartupError(`${setting} names a file that cannot be read.`, { cause });
  }
}

function isAuthority(pem: string): boolean {
  try {
    return new X509Certificate(pem).ca;
  } catch {
    return false;
  }
}

/** OpenSSL skips what is no certificate without a word: then nobody could be verified, or somebody else's. */
function readClientCa(path: string): string {
  const pem = readPem("FIELDWARD_TLS_CLIENT_CA", path);
  const certificates = pem.match(CERTIFICATES) ?? [];
  if (certificates.length === 0 || !certificates.every(isAuthority)) {
    throw new StartupError(
      "FIELDWARD_TLS_CLIENT_CA must hold PEM certificates of authorities (basicConstraints CA:TRUE) and nothing else.",
    );
  }
  return certificates.join("\n");
}

/**
 * Reads the files that TLS is served with; null: plain HTTP.
 *
 * @throws StartupError that names the setting which is wrong
 */
export function readTls(files: TlsFiles): TlsSettings | null {
  const { FIELDWARD_TLS_CERT: certPath, FIELDWARD_TLS_KEY: keyPath, FIELDWARD_TLS_CLIENT_CA: caPath } = files;
  if ((certPath === undefined) !== (keyPath === undefined)) {
    throw new StartupError("FIELDWARD_TLS_CERT and FIELDWARD_TLS_KEY go together: set both.");
  }
  if (certPath === undefined || keyPath === undefined) {
    if (caPath === undefined) return null;
    throw new StartupError(
      "FIELDWARD_TLS_CLIENT_CA needs TLS: set FIELDWARD_TLS_CERT and FIELDWARD_TLS_KEY too.",
    );
  }
  const cert = readPem("FIELDWARD_TLS_CERT", certPath);
  const key = readPem("FIELDWARD_TLS_KEY", keyPath);
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    throw new StartupError(
      "FIELDWARD_TLS_CERT and FIELDWARD_TLS_KEY are not a certificate and its key in PEM.",
      {
        cause,
      },
    );
  }
  return { cert, key, clientCa: caPath === undefined ? null : readClientCa(caPath) };
}

/**
 * The options of the HTTPS server.
 *
 * A client may come without a certificate, since most tokens are not bound to one; so a certificate that cannot be verified
 * is refused by `refuseUnverified` and not by OpenSSL, which knows all or nothing. With client certificates no session is
 * resumed: a resumed one is not verified again. @see RFC 8446 §4.4.2, §4.6.1
 */
export function tlsOptions({ cert, key, clientCa }: TlsSettings) {
  const own = { cert, key, minVersion: "TLSv1.2" as const };
  if (clientCa === null) return own;
  const unresumed = constants.SSL_OP_NO_TICKET;
  return { ...own, ca: clientCa, requestCert: true, rejectUnauthorized: false, secureOptions: unresumed };
}

function hasUnverified(socket: TLSSocket): boolean {
  return !socket.authorized && socket.getPeerX509Certificate() !== undefined;
}

/** Ends connections with a client certificate that is not of our authorities, or not of this day, before a request is read. */
export function refuseUnverified(server: Server): void {
  server.prependListener("secureConnection", (socket: TLSSocket) => {
    if (hasUnverified(socket)) socket.destroy();
  });
}

/**
 * SHA-256 of the client certificate that was verified on this connection, in lower-case hex; null: none was sent.
 *
 * @throws FieldwardError UNAUTHENTICATED where one was sent that was not verified. @see RFC 8705 §3.1
 */
export function certificateSha256(socket: Socket): string | null {
  if (!(socket instanceof TLSSocket)) return null;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return null;
  if (!socket.authorized) throw new FieldwardError("UNAUTHENTICATED");
  return certificate.fingerprint256.replaceAll(":", "").toLowerCase();
}
