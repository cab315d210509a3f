const names = (text) => text.split(" ");

/**
 * The architecture: which room of src/ may import which. An arrow that is not listed here is an error,
 * and so is a folder that is not listed. `npm run arrows` checks it.
 */
const arrows = {
  domain: [],
  crypto: [],
  anonymise: [],
  policy: ["domain", "anonymise"],
  vault: ["crypto", "domain"],
  database: ["domain", "vault"],
  audit: ["domain", "crypto", "database"],
  identity: ["domain", "crypto", "database", "audit"],
  access: names("domain anonymise policy vault database audit monitoring"),
  lifecycle: ["domain", "policy", "vault", "database", "audit", "anonymise"],
  monitoring: ["domain", "database", "audit"],
  graphql: names("domain crypto anonymise policy vault database audit identity access lifecycle monitoring"),
  http: ["domain/errors", "graphql", "identity", "monitoring"],
  // Readers of files to import and the demo's fictional data: they know no room above, cli/ puts them to use.
  import: ["domain/closest-name"],
  demo: [],
  "config.ts": ["domain/errors", "vault/providers/provider-spec"],
  "main.ts": ["*"],
  "installation.ts": ["*"],
  wiring: ["*"],
  cli: ["*"],
};

/** Rooms that may name GraphQL; domain/ carries type-graphql's decorators and scalars, not the server. */
const knowGraphql = ["domain", "graphql", "http", "cli", "main.ts"];

/** Where a run starts: what none of these reaches is dead. */
const entryPoints =
  "^(src/main|src/cli/fieldward|ormconfig|bench/run|bench/anonymiser/training/(train|compile-lexicon))\\.ts$";

const npmPackages = {
  crypto: ["sodium-native", "@types/sodium-native", "@noble/ciphers"],
  domain: names(
    "typeorm type-graphql graphql-scalars graphql class-validator libphonenumber-js reflect-metadata uuid",
  ),
};

const escaped = (text) => text.replaceAll(".", "\\.");
/** The files of one entry of the table: a folder, a single file (`main.ts`), or a module that may become a folder. */
const filesOf = (room) => `src/${escaped(room)}${room.endsWith(".ts") ? "$" : "(/|\\.ts$)"}`;
const anyOf = (patterns) => `^(${patterns.join("|")})`;
const packages = (names) => `(^|/)node_modules/(${names.map(escaped).join("|")})/`;
const rooms = Object.keys(arrows);

/** One rule a room: it may import itself and what its arrows name. */
const arrowRules = Object.entries(arrows)
  .filter(([, targets]) => !targets.includes("*"))
  .map(([room, targets]) => ({
    name: `arrows-of-${room}`,
    comment: `${room} may import only ${["itself", ...targets].join(", ")} (the table in .dependency-cruiser.cjs).`,
    severity: "error",
    from: { path: anyOf([filesOf(room)]) },
    to: { path: "^src/", pathNot: anyOf([room, ...targets].map(filesOf)) },
  }));

const shapeRules = [
  {
    name: "no-cycles",
    comment: "No cycles, not even of types: move what both need to the room below.",
    severity: "error",
    from: {},
    to: { circular: true },
  },
  {
    name: "no-orphans",
    comment: "Nothing imports this and it imports nothing.",
    severity: "error",
    from: {
      orphan: true,
      path: "^(src|bench|migrations|test)/",
      pathNot: [entryPoints, "\\.d\\.ts$", "\\.test\\.ts$"],
    },
    to: {},
  },
  {
    name: "no-dead-modules",
    comment: "No entry point reaches this; a test alone does not keep a module alive.",
    severity: "error",
    from: { path: entryPoints },
    to: { path: "^src/", pathNot: [entryPoints, "\\.d\\.ts$"], reachable: false },
  },
  {
    name: "every-room-is-listed-from",
    comment: "A file in src/ belongs to a room of the table; there is no src/utils.",
    severity: "error",
    from: { path: "^src/", pathNot: anyOf(rooms.map(filesOf)) },
    to: {},
  },
  {
    name: "every-room-is-listed-to",
    comment: "A file in src/ belongs to a room of the table; there is no src/utils.",
    severity: "error",
    from: {},
    to: { path: "^src/", pathNot: anyOf(rooms.map(filesOf)) },
  },
];

const outsideRules = [
  {
    name: "src-knows-no-test-and-no-bench",
    severity: "error",
    from: { path: "^(src|migrations)/|^ormconfig\\.ts$" },
    to: { path: "^(test|bench)/" },
  },
  {
    name: "bench-knows-no-test",
    severity: "error",
    from: { path: "^bench/" },
    to: { path: "^test/" },
  },
  {
    name: "migrations-are-for-the-database",
    comment: "Only src/database, installation, cli and ormconfig.ts (and tests) load migrations.",
    severity: "error",
    from: { path: "^(src|bench)/", pathNot: anyOf(["database", "cli", "installation.ts"].map(filesOf)) },
    to: { path: "^migrations/" },
  },
];

/** Optional peers: loaded when a provider of that name is chosen, and by nothing else. */
const cloudClients = packages(["@aws-sdk/client-kms", "@google-cloud/kms"]);

const packageRules = [
  {
    name: "cloud-clients-belong-to-their-provider",
    comment: "A client of a cloud is loaded by its own key provider only, when that is chosen.",
    severity: "error",
    from: { path: "^(src|bench|migrations)/", pathNot: "^src/vault/providers/" },
    to: { path: cloudClients },
  },
  {
    name: "crypto-imports-only-cryptography",
    comment:
      "crypto/ is bytes in, bytes out: node:crypto, sodium-native and @noble/ciphers only, and node:module for a sodium-native that may be missing.",
    severity: "error",
    from: { path: anyOf([filesOf("crypto")]) },
    to: { pathNot: ["^src/", "^(crypto|module)$", packages(npmPackages.crypto)] },
  },
  {
    name: "domain-imports-only-decorators",
    comment: "domain/ reads like the specification: entities, types and their decorators.",
    severity: "error",
    from: { path: anyOf([filesOf("domain")]) },
    to: {
      dependencyTypes: ["npm", "npm-dev", "npm-peer", "npm-optional", "npm-no-pkg", "npm-unknown"],
      pathNot: packages(npmPackages.domain),
    },
  },
  {
    name: "only-graphql-and-http-know-graphql",
    comment: "GraphQL is one way in: the rooms below know nothing of it.",
    severity: "error",
    from: { path: "^src/", pathNot: anyOf(knowGraphql.map(filesOf)) },
    to: {
      path: "(^|/)node_modules/(graphql|graphql-[^/]+|type-graphql|@apollo/[^/]+|@as-integrations/[^/]+|@graphql-tools/[^/]+)/",
    },
  },
  {
    name: "src-needs-no-dev-dependency",
    comment: "npm ci --omit=dev must be enough to run.",
    severity: "error",
    from: { path: "^(src|migrations)/|^ormconfig\\.ts$" },
    to: {
      dependencyTypes: ["npm-dev"],
      dependencyTypesNot: ["type-only"],
      pathNot: ["/node_modules/@types/", cloudClients],
    },
  },
  {
    name: "every-import-resolves",
    comment: "Missing file, or a package that package.json does not name.",
    severity: "error",
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: "every-package-is-named",
    comment: "A package that package.json does not name is there by chance.",
    severity: "error",
    from: { path: "^(src|test|bench|migrations)/|^ormconfig\\.ts$" },
    to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"], pathNot: cloudClients },
  },
];

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [...arrowRules, ...shapeRules, ...outsideRules, ...packageRules],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^dist/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["require", "node", "default", "types"],
      extensions: [".ts", ".d.ts", ".js", ".json"],
    },
  },
};
