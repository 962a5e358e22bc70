const shared = {
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
    ],
  },
  testEnvironment: "<rootDir>/test/environment.ts",
  runtime: "<rootDir>/test/runtime.js",
  clearMocks: true,
  globalSetup: "<rootDir>/test/surroundings.ts",
  globalTeardown: "<rootDir>/test/surroundings-end.ts",
  modulePathIgnorePatterns: [
    "<rootDir>/dist",
    "<rootDir>/build",
    "<rootDir>/cdktf.out",
    "<rootDir>/.rehearsal",
    "<rootDir>/.keyferry",
  ],
};

/** Where tests that start nothing stand: beside each other, under the name of what they test. */
const rooms = ["test", "packages/*/test"];
const inRooms = {
  ...shared,
  testPathIgnorePatterns: ["<rootDir>/test/e2e/"],
  setupFilesAfterEnv: ["<rootDir>/test/setup.ts"],
};

/**
 * Unit tests are fast and offline; properties are as well offline, and look through many cases; end-to-end tests start
 * programs, with real Terraform, the real SDK and the rehearsal cloud.
 */
module.exports = {
  testSequencer: "<rootDir>/test/longest-first.js",
  // Four workers that end together give back gigabytes, which takes the operating system longer than Jest's half second.
  workerGracefulExitTimeout: 10_000,
  projects: [
    {
      ...inRooms,
      displayName: "unit",
      testMatch: rooms.map((room) => `<rootDir>/${room}/**/!(*.property).test.ts`),
    },
    {
      ...inRooms,
      displayName: "properties",
      testMatch: rooms.map((room) => `<rootDir>/${room}/**/*.property.test.ts`),
    },
    {
      ...shared,
      displayName: "e2e",
      testMatch: ["<rootDir>/test/e2e/**/*.e2e.test.ts"],
      globalSetup: "<rootDir>/test/e2e/surroundings.ts",
    },
  ],
};
