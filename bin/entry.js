"use strict";
/**
 * In the repository, commands run from source; in the published package, from dist. The two are never mixed, because the
 * stacks and the script derive their names from the same modules.
 */
const { existsSync } = require("node:fs");
const module_ = require("node:module");
const path = require("node:path");

/** Runs a module that is a command; `name` is its path in the repository, without the extension. */
exports.run = (name) => {
  require("./compile-later");
  // Avoids compiling the dependencies again at each start; Node 20 does not have it.
  module_.enableCompileCache?.();
  const source = path.join(__dirname, "..", `${name}.ts`);
  if (existsSync(source)) {
    require("./typescript");
    require(source);
  } else {
    require(path.join(__dirname, "..", "dist", `${name}.js`));
  }
};
