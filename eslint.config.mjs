// The rules of the code, beyond types (tsc), layout (Prettier) and arrows between rooms (.dependency-cruiser.cjs).
import js from "@eslint/js";
import jest from "eslint-plugin-jest";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/** Time and chance are handed in (a clock, a random source), so that a test can fix them. */
const timeAndChance = [
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: "Take the time from an injected clock, not from new Date().",
  },
  {
    selector: "CallExpression[callee.name='Date']",
    message: "Take the time from an injected clock, not from Date().",
  },
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: "Take the time from an injected clock, not from Date.now.",
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: "Take randomness from an injected source; Math.random is neither secret nor repeatable.",
  },
];

const throughTheDatabaseRoom =
  "This goes round the sealing subscriber and the guarded entity manager: use the database room (src/database).";

/** TypeORM's ways to rows that no subscriber seals or opens. */
const rawRows = [
  { selector: "CallExpression[callee.property.name='query']", message: throughTheDatabaseRoom },
  { selector: "TaggedTemplateExpression[tag.property.name='sql']", message: throughTheDatabaseRoom },
  {
    selector: "MemberExpression[property.name=/^(getRawMany|getRawOne|getRawAndEntities|callListeners)$/]",
    message: throughTheDatabaseRoom,
  },
  {
    selector: "MemberExpression[computed=true][property.value=/^(query|getRaw\\w+|callListeners)$/]",
    message: throughTheDatabaseRoom,
  },
  { selector: "Property[key.name='listeners'][value.value=false]", message: throughTheDatabaseRoom },
];

/** graphql-shield's traps. */
const shield = [
  {
    selector: "Property[key.name='cache'][value.value=/^(contextual|strict)$/]",
    message: "A cached shield rule answers for another row or is 14 times slower: only 'no_cache'.",
  },
];

const importsToAvoid = {
  paths: [
    {
      name: "graphql-shield",
      importNames: ["not"],
      message:
        "not() fails open: a rule that throws becomes false, and not(false) allows. Write a positive rule.",
    },
    {
      name: "graphql-shield",
      importNames: ["chain", "race"],
      message:
        "chain() and race() call util.isUndefined, which newer Node lacks, and are slow. Use and() or or().",
    },
  ],
  patterns: [
    {
      regex: "^\\.{1,2}/.*\\.[jt]s$",
      message: "A relative import has no file ending here (CommonJS, and Jest finds it).",
    },
  ],
};

/** `npm run` programs and settings that Node reads as they are. */
const plainJavaScript = ["**/*.{js,cjs,mjs}"];
const typeScript = ["**/*.ts"];
const nodeGlobals = Object.fromEntries(
  ["require", "module", "exports", "__dirname", "process", "console", "Buffer"].map((name) => [
    name,
    "readonly",
  ]),
);

export default defineConfig(
  globalIgnores(["dist/", "var/", "coverage/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },

  { files: plainJavaScript, extends: [js.configs.recommended], languageOptions: { globals: nodeGlobals } },

  {
    files: typeScript,
    extends: [
      js.configs.recommended,
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
    ],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        // With both, consistent-type-imports leaves alone what a decorator needs at run time.
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
      },
    },
    rules: {
      "@typescript-eslint/no-extraneous-class": ["error", { allowWithDecorator: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        {
          allowNumber: true,
          allowAny: false,
          allowBoolean: false,
          allowNever: false,
          allowNullish: false,
          allowRegExp: false,
        },
      ],
      // As tsc's noUnusedParameters does: a leading underscore says "on purpose".
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "no-restricted-imports": ["error", importsToAvoid],
      complexity: ["error", 10],
      "max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 40, skipBlankLines: true, skipComments: true }],
    },
  },

  // Later blocks replace the whole list of no-restricted-syntax, so each one spells out its list.
  {
    files: ["src/**/*.ts"],
    rules: {
      "no-console": "error",
      "no-restricted-syntax": ["error", ...timeAndChance, ...rawRows, ...shield],
    },
  },
  {
    files: ["src/{database,vault,audit}/**/*.ts"],
    rules: { "no-restricted-syntax": ["error", ...timeAndChance] },
  },
  {
    files: ["src/main.ts", "src/cli/**/*.ts"],
    rules: { "no-restricted-syntax": ["error", ...rawRows] },
  },
  { files: ["src/cli/**/*.ts"], rules: { "no-console": "off" } },

  // A migration is a list of statements: its length says nothing about its difficulty.
  { files: ["migrations/**/*.ts"], rules: { "max-lines-per-function": "off" } },

  {
    files: ["test/**/*.ts"],
    extends: [jest.configs["flat/recommended"]],
    rules: {
      "jest/expect-expect": ["error", { assertFunctionNames: ["expect", "expect*", "fc.assert"] }],
      "jest/consistent-test-it": ["error", { fn: "it" }],
      // A describe is one function and holds every test of its subject.
      "max-lines-per-function": "off",
      // expect.any() and its kin are typed any.
      "@typescript-eslint/no-unsafe-assignment": "off",
      // expect(service.method) names a method without calling it; jest's rule knows that.
      "@typescript-eslint/unbound-method": "off",
      "jest/unbound-method": "error",
    },
  },
);
