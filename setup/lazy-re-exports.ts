/** As the compiler writes `export { name } from "./module"`. */
const PASSED_ON = /^var (\w+) = require\(("[^"]+")\);\n((?:Object\.defineProperty\(exports, .+\n)+)/gm;

/**
 * A compiled module that loads what it only passes on when it is first asked for. Whoever imports one name of a folder's `index.js` would
 * otherwise wait for the whole folder: a synthesis for the provider's launch templates and Auto Scaling groups, which most topologies do
 * not have. Measured in bench/README.md, `synth`.
 */
export function withLazyReExports(text: string): string {
  return text.replace(
    PASSED_ON,
    (_, module: string, file: string, exported: string) =>
      `var ${module};\n${exported.replaceAll(`return ${module}.`, `return (${module} ??= require(${file})).`)}`,
  );
}
