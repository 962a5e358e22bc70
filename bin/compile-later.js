"use strict";
/**
 * Makes V8 wait longer before it optimises a function. A command, a synthesis and most test files end within seconds, and the optimising
 * compiler would take a fifth of their processor time for no benefit; programs that run longer are optimised a moment later.
 * The flag exists in Node 20 only: later versions have other flags and would print a warning. Measured in bench/README.md, `synth`.
 */
if (process.versions.node.startsWith("20.")) {
  require("node:v8").setFlagsFromString("--interrupt-budget=1000000");
}
