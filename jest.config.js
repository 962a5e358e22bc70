const shared = {
  transform: {
    "^.+\\.ts$": ["ts-jest", { tsconfig: "tsconfig.json", transpilation: true, diagnostics: false }],
  },
  testEnvironment: "<rootDir>/test/environment.ts",
  clearMocks: true,
  globalSetup: "<rootDir>/test/surroundings.ts",
  globalTeardown: "<rootDir>/test/surroundings-end.ts",
  modulePathIgnorePatterns: [
    "<rootDir>/dist",
    "<rootDir>/cdktf.out",
    "<rootDir>/.rehearsal",
    "<rootDir>/.keyferry",
  ],
};

/** Unit tests are fast and offline; end-to-end tests use real Terraform, the real SDK and the rehearsal cloud. */
module.exports = {
  testSequencer: "<rootDir>/test/longest-first.js",
  projects: [
    {
      ...shared,
      displayName: "unit",
      testMatch: ["<rootDir>/test/**/*.test.ts", "<rootDir>/packages/*/test/**/*.test.ts"],
      testPathIgnorePatterns: ["<rootDir>/test/e2e/"],
      setupFilesAfterEnv: ["<rootDir>/test/setup.ts"],
    },
    { ...shared, displayName: "e2e", testMatch: ["<rootDir>/test/e2e/**/*.e2e.test.ts"] },
  ],
};
