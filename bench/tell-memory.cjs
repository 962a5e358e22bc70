"use strict";
// Loaded into a measured process: tells on its third stream, at its end, how many kilobytes it had in memory at the most.
const fs = require("node:fs");

process.on("exit", () => fs.writeSync(3, String(process.resourceUsage().maxRSS)));
