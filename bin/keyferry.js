#!/usr/bin/env node
"use strict";
/**
 * In the repository the command runs from source, in the published package from dist: never one of each, since the
 * stacks and the script derive their names from the same modules.
 */
const { existsSync } = require("node:fs");
const module_ = require("node:module");
const path = require("node:path");

// Saves compiling the dependencies anew at each start; Node 20 does not have it.
module_.enableCompileCache?.();

const source = path.join(__dirname, "..", "scripts", "cli", "main.ts");
if (existsSync(source)) {
  require("tsx/cjs");
  require(source);
} else {
  require("../dist/scripts/cli/main.js");
}
