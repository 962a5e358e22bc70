import { createRequire } from "node:module";
import path from "node:path";
import vm from "node:vm";

/** Stands for the realm of the worker, which has no object that Node's compiler would take. */
export const WHOLE_WORKER: vm.Context = Object.freeze({});

const PACKAGES = `${path.sep}node_modules${path.sep}`;
/** Jest's own parts keep what they know of a test file in their modules. */
const OF_JEST = new RegExp(String.raw`node_modules[\\/](@?jest|expect|@?pretty-format|@sinonjs|ts-jest)`);

type Compiled = ReturnType<typeof vm.compileFunction>;

/**
 * Makes Jest compile a module of the project once for all test files of a worker, and load a package once: packages keep nothing that a
 * test could tell. Jest asks Node for every module of every file anew.
 */
export function shareCompiledModules(): void {
  const { compileFunction } = vm;
  const load = createRequire(__filename);
  const known = new Map<string, { readonly code: string; readonly compiled: Compiled }>();
  vm.compileFunction = (code, params, options = {}) => {
    const { filename = "", parsingContext, ...others } = options;
    if (parsingContext !== WHOLE_WORKER) return compileFunction(code, params, options);
    if (filename.includes(PACKAGES) && !OF_JEST.test(filename)) return packageModule(load, filename);
    const before = known.get(filename);
    if (before?.code === code) return before.compiled;
    const compiled = compileFunction(code, params, { filename, ...others });
    known.set(filename, { code, compiled });
    return compiled;
  };
}

function packageModule(load: NodeJS.Require, filename: string): Compiled {
  return ((module: NodeJS.Module) => (module.exports = load(filename))) as unknown as Compiled;
}
