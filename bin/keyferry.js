#!/usr/bin/env node
"use strict";
// A run over thousands of copies would let twice as much garbage pile up as it needs (bench/README.md, `memory`); a rehearsal cloud is to be fast.
if (!["sandbox", "demo"].includes(process.argv[2]))
  require("node:v8").setFlagsFromString("--optimize-for-size");
require("./entry").run("scripts/cli/main");
