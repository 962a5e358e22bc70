/** As the compiler writes `export { name } from "./module"`. */
const PASSED_ON = /^var (\w+) = require\(("[^"]+")\);\n((?:Object\.defineProperty\(exports, .+\n)+)/gm;

/**
 * A compiled module that loads its re-exports when they are first used. Otherwise importing one name from a folder's `index.js` would
 * load the whole folder. Measured in bench/README.md, `synth`.
 */
export function withLazyReExports(text: string): string {
  return text.replace(
    PASSED_ON,
    (_, module: string, file: string, exported: string) => `var ${module};\n${lazy(exported, module, file)}`,
  );
}

/** Node finds the exported names for ES modules in the source text: it takes names that are assigned first, and leaves out those for which `Object.defineProperty` sets another getter. */
function lazy(exported: string, module: string, file: string): string {
  return exported
    .replaceAll(`return ${module}.`, `return (${module} ??= require(${file})).`)
    .replaceAll("Object.defineProperty(exports, ", "Reflect.defineProperty(exports, ");
}
