"use strict";
/**
 * Preloaded by NODE_OPTIONS=--require: writes into the file that RECORD_ARGUMENTS_IN names how this process and every program that it
 * starts were started, a line each, as any other process of the machine could read it: arguments and environment.
 */
const childProcess = require("node:child_process");
const { appendFileSync } = require("node:fs");

const file = process.env.RECORD_ARGUMENTS_IN;
const record = (started) => appendFileSync(file, `${JSON.stringify(started)}\n`);

record({ arguments: [...process.execArgv, ...process.argv], environment: process.env });

const { spawn } = childProcess.ChildProcess.prototype;
childProcess.ChildProcess.prototype.spawn = function (options) {
  record({ arguments: [options.file, ...options.args], environment: options.envPairs });
  return spawn.call(this, options);
};
for (const name of ["spawnSync", "execFileSync", "execSync"]) {
  const start = childProcess[name];
  childProcess[name] = (...given) => {
    record({ arguments: given });
    return start(...given);
  };
}
