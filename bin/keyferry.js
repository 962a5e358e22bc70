#!/usr/bin/env node
"use strict";
require("./entry").run("scripts/cli/main");
