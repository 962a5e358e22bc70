"use strict";
/**
 * Lets Node run TypeScript: `node -r ./bin/typescript.js main.ts`. Modules of packages are JavaScript already and are loaded by Node
 * directly: compiling them too would double their loading time. Node reads source maps of compiled modules only on request
 * (`NODE_OPTIONS=--enable-source-maps`, for the lines of a stack trace): otherwise every synthesis and command would wait for
 * maps that are not used. Measured in bench/README.md, `synth`.
 */
require("./compile-later");
const Module = require("node:module");
const path = require("node:path");

// Node 20 does not have it.
Module.enableCompileCache?.();

const PACKAGES = `${path.sep}node_modules${path.sep}`;
/**
 * The framework loads this library with its 200 modules, but archives assets in a process of its own, where it is loaded again.
 */
const ARCHIVER = path.join(path.sep, "cdktf", "node_modules", "archiver", "index.js");

const { _extensions: extensions, _resolveFilename: asNodeResolves } = Module;
const asNodeLoads = extensions[".js"];
const { sourceMapsEnabled } = process;
require("tsx/cjs");
process.setSourceMapsEnabled(sourceMapsEnabled === true);
const compiled = extensions[".js"];
const { _resolveFilename: asCompilerResolves } = Module;

/** The compiler looks for TypeScript files next to every module, also in packages. */
Module._resolveFilename = (request, parent, ...others) => {
  const resolve = parent?.filename?.includes(PACKAGES) ? asNodeResolves : asCompilerResolves;
  return resolve.call(Module, request, parent, ...others);
};

extensions[".js"] = (module, file) => {
  if (!file.includes(PACKAGES)) return compiled(module, file);
  if (file.endsWith(ARCHIVER)) return loadOnUse(module, file);
  try {
    return asNodeLoads(module, file);
  } catch (error) {
    // A package that is only an ES module, which Node 20 cannot load with `require`.
    if (error?.code !== "ERR_REQUIRE_ESM" && !(error instanceof SyntaxError)) throw error;
    return compiled(module, file);
  }
};

/** For a module that exports a function. */
function loadOnUse(module, file) {
  const load = (...given) => {
    if (module.exports === load) asNodeLoads(module, file);
    return module.exports(...given);
  };
  module.exports = load;
}
