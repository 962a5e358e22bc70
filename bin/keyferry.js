#!/usr/bin/env node
"use strict";
// A run over thousands of copies would let twice as much garbage pile up as it needs (bench/README.md, `memory`).
require("node:v8").setFlagsFromString("--optimize-for-size");
// Before TypeScript is: what is loaded afterwards is compiled, though it is JavaScript already.
require("commander");
require("./entry").run("scripts/cli/main");
