import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { StartupError } from "./domain/errors";
import { keyProviderFault } from "./vault/providers/provider-spec";

/** The directory that the package lies in, whether it runs from `src` or from `dist/src`. */
export const PACKAGE_DIR = resolve(__dirname, __dirname.endsWith(join("dist", "src")) ? "../.." : "..");

const LAST_PORT = 65_535;

const schema = z.strictObject({
  FIELDWARD_DATA_URL: z.string().default("sqlite:var/data.db"),
  FIELDWARD_VAULT_URL: z.string().default("sqlite:var/vault.db"),
  FIELDWARD_AUDIT_URL: z.string().default("sqlite:var/audit.db"),
  FIELDWARD_KEY_PROVIDER: z
    .string()
    .superRefine((spec, context) => {
      const message = keyProviderFault(spec);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    })
    .default("local:var/keyset.json"),
  FIELDWARD_MORE_KEY_PROVIDERS: z
    .string()
    .superRefine((specs, context) => {
      const message = specs
        .split(/\s+/)
        .map(keyProviderFault)
        .find((fault) => fault !== undefined);
      if (message !== undefined)
        context.addIssue({ code: "custom", message: `${message}, with spaces between` });
    })
    .optional(),
  FIELDWARD_KEY_TTL_SECONDS: z.coerce
    .number("must be a number of seconds from 1 to 3600")
    .int("must be a whole number of seconds")
    .min(1, "must be at least 1 second")
    .max(3_600, "must be at most 3600 seconds")
    .default(60),
  FIELDWARD_LOCAL_KEY_PASSPHRASE: z.string().min(12, "must have at least 12 characters").optional(),
  FIELDWARD_TRANSIT_TOKEN: z.string().optional(),
  FIELDWARD_TRANSIT_TOKEN_FILE: z.string().optional(),
  FIELDWARD_TRANSIT_NAMESPACE: z.string().optional(),
  FIELDWARD_POLICY_DIR: z.string().default(join(PACKAGE_DIR, "policy")),
  FIELDWARD_LISTEN: z
    .string()
    .regex(/^(?:\[[0-9a-f:]+\]|[\w.-]+):\d{1,5}$/i, "must be HOST:PORT, such as 127.0.0.1:4000")
    .refine(
      (listen) => Number(listen.slice(listen.lastIndexOf(":") + 1)) <= LAST_PORT,
      "has a port above 65535",
    )
    .default("127.0.0.1:4000"),
  FIELDWARD_PUBLIC_URL: z
    .string()
    .regex(/^https?:\/\/[^/?#@\s]+$/, "must be scheme and host alone, such as https://data.example.com")
    .optional(),
  FIELDWARD_TLS_CERT: z.string().optional(),
  FIELDWARD_TLS_KEY: z.string().optional(),
  FIELDWARD_TLS_CLIENT_CA: z.string().optional(),
  FIELDWARD_TRUSTED_PROXIES: z
    .string()
    .regex(/^[\s0-9a-f.:/]+$/i, "must be addresses or networks with spaces between")
    .optional(),
  FIELDWARD_REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, "must be redis://… or rediss://…")
    .optional(),
  FIELDWARD_OIDC_ISSUER: z.url({ protocol: /^https?$/, error: "must be the issuer's URL" }).optional(),
  FIELDWARD_OIDC_AUDIENCE: z.string().optional(),
  FIELDWARD_SCIM_TOKEN: z
    .string()
    .min(32, "must have at least 32 characters")
    .regex(/^[\x21-\x7e]{1,1024}$/, "has printable ASCII characters only, no space, and 1024 at most")
    .optional(),
  FIELDWARD_SUITE: z.enum(["xchacha20-poly1305", "aes-256-gcm"]).default("xchacha20-poly1305"),
  FIELDWARD_LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "silent"]).default("info"),
  /** Which database TypeORM's own command line works on. */
  FIELDWARD_DATABASE: z.enum(["data", "vault", "audit"]).default("data"),
});

/** The settings of the server, by the names of their environment variables. */
export type Settings = z.infer<typeof schema>;

/** The names of all settings. */
export const SETTING_NAMES: readonly string[] = Object.keys(schema.shape);

/** Names for the tests and the benchmark; the server itself does not read them. */
const NOT_SETTINGS = /^FIELDWARD_(?:TEST|BENCH)_/;

function distance(a: string, b: string): number {
  const row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    let diagonal = row[0] ?? 0;
    row[0] = i;
    for (let j = 1; j <= b.length; j += 1) {
      const above = row[j] ?? 0;
      row[j] = Math.min(above + 1, (row[j - 1] ?? 0) + 1, diagonal + (a[i - 1] === b[j - 1] ? 0 : 1));
      diagonal = above;
    }
  }
  return row[b.length] ?? 0;
}

function closest(name: string): string {
  return [...SETTING_NAMES].sort((a, b) => distance(name, a) - distance(name, b))[0] ?? "";
}

/**
 * Reads the settings from an environment. A mistyped name would leave a default in force without a word, so an unknown one
 * stops the start. Values are not repeated in errors: a URL can hold a password.
 *
 * @throws StartupError
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.entries(environment).filter(
    ([name, value]) =>
      name.startsWith("FIELDWARD_") && !NOT_SETTINGS.test(name) && value !== undefined && value !== "",
  );
  const unknown = given.find(([name]) => !SETTING_NAMES.includes(name));
  if (unknown !== undefined) {
    throw new StartupError(`There is no setting ${unknown[0]}. Did you mean ${closest(unknown[0])}?`);
  }
  const result = schema.safeParse(Object.fromEntries(given));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new StartupError(
    `${issue?.path.map(String).join(".") ?? "A setting"} ${issue?.message ?? "is not valid"}.`,
  );
}

/** Loads `.env` of the working directory where there is one; what is set already wins. */
export function loadDotEnv(): void {
  if (existsSync(".env")) process.loadEnvFile(".env");
}
