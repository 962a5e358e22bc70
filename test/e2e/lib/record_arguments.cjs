"use strict";
/**
 * Preloaded by NODE_OPTIONS=--require: writes to the file that RECORD_ARGUMENTS_IN names the arguments and the environment of this
 * process and of every program that it starts, one per line, as any other process of the machine could read them.
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
