/** As the compiler writes `export { name } from "./module"`. */
const PASSED_ON = /^var (\w+) = require\(("[^"]+")\);\n((?:Object\.defineProperty\(exports, .+\n)+)/gm;

/**
 * A compiled module that loads what it only passes on when it is first asked for. Whoever imports one name of a folder's `index.js` would
 * otherwise wait for the whole folder. Measured in bench/README.md, `synth`.
 */
export function withLazyReExports(text: string): string {
  return text.replace(
    PASSED_ON,
    (_, module: string, file: string, exported: string) => `var ${module};\n${lazy(exported, module, file)}`,
  );
}

/** Node finds the names for ES modules in the text: it takes those that are set first, and leaves out those that `Object.defineProperty` gives another getter. */
function lazy(exported: string, module: string, file: string): string {
  return exported
    .replaceAll(`return ${module}.`, `return (${module} ??= require(${file})).`)
    .replaceAll("Object.defineProperty(exports, ", "Reflect.defineProperty(exports, ");
}
