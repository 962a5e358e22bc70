#!/usr/bin/env node
"use strict";
require("./entry").run("sandbox/main");
