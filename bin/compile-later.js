"use strict";
/**
 * Makes V8 wait longer before it optimises a function. A command, a synthesis and most test files end within seconds, and the optimising
 * compilers would take up to half of their processor time for no benefit; programs that run longer are optimised a moment later.
 * Each version of V8 has its own flags, and prints an error for those of others. Measured in bench/README.md, `synth`.
 */
const { setFlagsFromString } = require("node:v8");

const BY_INVOCATIONS = ["--invocation-count-for-maglev=4000", "--invocation-count-for-turbofan=40000"];
/** By the major version of Node. */
const FLAGS = {
  20: ["--interrupt-budget=1000000"],
  22: BY_INVOCATIONS,
  24: BY_INVOCATIONS,
  26: BY_INVOCATIONS,
};

const [major = ""] = process.versions.node.split(".");
for (const flag of FLAGS[major] ?? []) setFlagsFromString(flag);
