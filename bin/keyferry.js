#!/usr/bin/env node
"use strict";
// Before TypeScript is: what is loaded afterwards is compiled, though it is JavaScript already.
require("commander");
require("./entry").run("scripts/cli/main");
