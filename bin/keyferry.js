#!/usr/bin/env node
"use strict";
// A run over thousands of copies would let twice as much garbage pile up as it needs (bench/README.md, `memory`).
require("node:v8").setFlagsFromString("--optimize-for-size");
require("./entry").run("scripts/cli/main");
