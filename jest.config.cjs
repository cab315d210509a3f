/** Packages that ship only ES modules; Jest runs CommonJS, so they are compiled like our own source. */
const esmOnly = ["jose", "@noble/ciphers", "@noble/hashes"];

/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  globalSetup: "<rootDir>/test/support/find-mysql.ts",
  setupFiles: ["reflect-metadata"],
  transform: { "\\.[cm]?[jt]s$": "@swc/jest" },
  transformIgnorePatterns: [`/node_modules/(?!(?:${esmOnly.join("|")})/)`],
  watchPathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/var/"],
  coverageDirectory: "coverage",
  collectCoverageFrom: ["src/**/*.ts"],
  maxWorkers: 2,
  // Each test file leaves its TypeORM and GraphQL metadata behind in the worker: start a fresh one past this.
  workerIdleMemoryLimit: "768MB",
  testTimeout: 30_000,
  restoreMocks: true,
};
