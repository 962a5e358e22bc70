"use strict";
// Loaded into a measured process: at its end, reports on its third stream the maximum memory that it used, in kilobytes.
const fs = require("node:fs");

process.on("exit", () => fs.writeSync(3, String(process.resourceUsage().maxRSS)));
