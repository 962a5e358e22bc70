"use strict";
/**
 * Lets V8 wait longer before it optimises a function. A command, a synthesis and most test files end within seconds, and the optimising
 * compiler takes a fifth of their processor time, which they never get back; what runs for longer is optimised a moment later.
 * The flag is of Node 20: later versions have others, and would complain. Measured in bench/README.md, `synth`.
 */
if (process.versions.node.startsWith("20.")) {
  require("node:v8").setFlagsFromString("--interrupt-budget=1000000");
}
