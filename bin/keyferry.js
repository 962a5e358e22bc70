#!/usr/bin/env node
"use strict";
// Without this, a run with thousands of copies holds twice the memory it needs (bench/README.md, `memory`); the rehearsal cloud is optimised for speed instead.
if (!["sandbox", "demo"].includes(process.argv[2]))
  require("node:v8").setFlagsFromString("--optimize-for-size");
require("./entry").run("scripts/cli/main");
