import tseslint from "typescript-eslint";
import rooms from "./lint/rooms.mjs";

const syntax = [
  {
    selector: "ThrowStatement > NewExpression[callee.name='Error']",
    message: "throw a typed error (core/errors)",
  },
  {
    selector:
      "CallExpression[callee.object.name='Promise'][callee.property.name=/^(all|allSettled|race)$/] > CallExpression[callee.property.name='map']:not(:has(CallExpression[callee.name=/[lL]imit/]))",
    message: "unbounded parallelism: go through a limiter",
  },
  {
    selector: "ForOfStatement AwaitExpression > CallExpression[callee.name=/[lL]imit/]",
    message: "awaiting inside the loop makes the limiter serial",
  },
];
const noPartition = {
  selector: "Literal[value=/^arn:aws:/]",
  message: "never hard-code the partition: build ARNs with core/arn",
};

export default tseslint.config(
  {
    ignores: [
      "node_modules/",
      "dist/",
      "build/",
      "cdktf.out/",
      ".keyferry/",
      ".rehearsal/",
      ".cache/",
      "coverage/",
    ],
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { keyferry: { rules: { rooms } } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "keyferry/rooms": "error",
      "no-console": "error",
      "no-restricted-syntax": ["error", ...syntax, noPartition],
      "no-restricted-properties": [
        "error",
        { object: "process", property: "exit", message: "only endProcess exits" },
      ],
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
    },
  },
  {
    files: ["scripts/cli/**", "setup/**", "demo/**", "bench/**", "sandbox/**"],
    rules: { "no-console": "off", "no-restricted-properties": "off" },
  },
  {
    // Tests make malformed input on purpose, and write ARNs as AWS prints them.
    files: ["test/**", "packages/*/test/**"],
    rules: {
      "no-restricted-syntax": ["error", ...syntax.slice(1)],
      "@typescript-eslint/no-explicit-any": "off",
    },
  },
  {
    // Unit tests take seconds together: what searches for counterexamples is a property, and has its own time.
    files: ["test/**/*.test.ts", "packages/*/test/**/*.test.ts"],
    ignores: ["**/*.property.test.ts", "test/e2e/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ regex: "/fast-check$|^fast-check$", message: "name the file *.property.test.ts" }] },
      ],
    },
  },
);
