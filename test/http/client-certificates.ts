import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate with its key, in PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

type Authority = Identity & { readonly certPath: string; readonly keyPath: string };

const SERVER = "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n";
const CLIENT = "extendedKeyUsage=clientAuth\n";

/** Makes authorities, servers and clients of its own with the `openssl` of the machine. Fictional, and gone with the test. */
export class CertificateMill {
  readonly directory = mkdtempSync(join(tmpdir(), "fieldward-certificates-"));
  #made = 0;

  authority(): Authority {
    const { certPath, keyPath } = this.#paths();
    this.#openssl(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"], {
      subject: "/CN=Test authority",
      keyPath,
      more: ["-out", certPath, "-days", "3", "-addext", "basicConstraints=critical,CA:TRUE"],
    });
    return { ...read(certPath, keyPath), certPath, keyPath };
  }

  server(authority: Authority): Authority {
    return this.#issue(authority, "/CN=localhost", SERVER, "2");
  }

  client(authority: Authority, days = "2"): Authority {
    return this.#issue(authority, "/CN=Test client", CLIENT, days);
  }

  /** One that its authority made for servers only. */
  wrongUse(authority: Authority): Authority {
    return this.#issue(authority, "/CN=Test server", SERVER, "2");
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }

  #paths() {
    this.#made += 1;
    const base = join(this.directory, String(this.#made));
    return {
      certPath: `${base}.pem`,
      keyPath: `${base}.key`,
      request: `${base}.csr`,
      extensions: `${base}.ext`,
    };
  }

  #issue(authority: Authority, subject: string, extensions: string, days: string): Authority {
    const paths = this.#paths();
    writeFileSync(paths.extensions, extensions);
    this.#openssl(["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"], {
      subject,
      keyPath: paths.keyPath,
      more: ["-out", paths.request],
    });
    run(
      ...["x509", "-req", "-in", paths.request, "-CA", authority.certPath, "-CAkey", authority.keyPath],
      ...["-CAcreateserial", "-days", days, "-extfile", paths.extensions, "-out", paths.certPath],
    );
    return { ...read(paths.certPath, paths.keyPath), certPath: paths.certPath, keyPath: paths.keyPath };
  }

  #openssl(
    command: readonly string[],
    { subject, keyPath, more }: { subject: string; keyPath: string; more: readonly string[] },
  ): void {
    run(...command, "-subj", subject, "-keyout", keyPath, ...more);
  }
}

function run(...args: readonly string[]): void {
  execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
}

function read(certPath: string, keyPath: string): Identity {
  return { cert: readFileSync(certPath, "utf8"), key: readFileSync(keyPath, "utf8") };
}

/** SHA-256 of a certificate's DER, in hex. */
export function thumbprint({ cert }: Identity): string {
  return new X509Certificate(cert).fingerprint256.replaceAll(":", "").toLowerCase();
}
