import vm from "node:vm";

/** Stands for the worker's realm, which has no context object that Node's compiler accepts. */
export const WHOLE_WORKER: vm.Context = Object.freeze({});

/** Makes Jest compile a module once for all test files of a worker. Otherwise it compiles every module again for every file. */
export function shareCompiledModules(): void {
  const { compileFunction } = vm;
  const known = new Map<string, { readonly code: string; readonly compiled: CompiledModule }>();
  vm.compileFunction = (code, params, options = {}) => {
    const { filename = "", parsingContext, ...others } = options;
    if (parsingContext !== WHOLE_WORKER) return compileFunction(code, params, options);
    const before = known.get(filename);
    if (before?.code === code) return before.compiled;
    const compiled = compileFunction(code, params, { filename, ...others });
    known.set(filename, { code, compiled });
    return compiled;
  };
}

type CompiledModule = ReturnType<typeof vm.compileFunction>;
