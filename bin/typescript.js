"use strict";
/**
 * Lets Node run TypeScript: `node -r ./bin/typescript.js main.ts`. Modules of packages are JavaScript already and are loaded as Node loads
 * them: to go through the compiler as well takes them twice as long. And Node reads the source maps of modules that are compiled only where
 * it was asked to (`NODE_OPTIONS=--enable-source-maps`, for the lines of a stack trace): every synthesis and command would wait for
 * them, and nobody sees them. Measured in bench/README.md, `synth`.
 */
require("./compile-later");
const Module = require("node:module");
const path = require("node:path");

const PACKAGES = `${path.sep}node_modules${path.sep}`;

const { _extensions: extensions, _resolveFilename: asNodeResolves } = Module;
const asNodeLoads = extensions[".js"];
const { sourceMapsEnabled } = process;
require("tsx/cjs");
process.setSourceMapsEnabled(sourceMapsEnabled === true);
const compiled = extensions[".js"];
const { _resolveFilename: asCompilerResolves } = Module;

/** The compiler looks for TypeScript beside every module, in packages as well. */
Module._resolveFilename = (request, parent, ...others) => {
  const resolve = parent?.filename?.includes(PACKAGES) ? asNodeResolves : asCompilerResolves;
  return resolve.call(Module, request, parent, ...others);
};

extensions[".js"] = (module, file) => {
  if (!file.includes(PACKAGES)) return compiled(module, file);
  try {
    return asNodeLoads(module, file);
  } catch (error) {
    // A package that is an ES module alone, which Node 20 cannot load by `require`.
    if (error?.code !== "ERR_REQUIRE_ESM" && !(error instanceof SyntaxError)) throw error;
    return compiled(module, file);
  }
};
