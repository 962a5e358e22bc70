import vm from "node:vm";

/**
 * Jest evaluates every module anew in each test file, and by `vm.compileFunction` it would also parse it anew. A script is
 * parsed once a worker and then run in the context of each file: what V8 has compiled of it, every file after the first has
 * for nothing. The modules themselves are still each file's own.
 */
const compileFunction = vm.compileFunction;
const SCRIPTS = new Map<string, { readonly code: string; readonly script: vm.Script }>();

vm.compileFunction = function (code, parameters = [], options = {}) {
  const { filename, parsingContext } = options;
  if (filename === undefined || parsingContext === undefined)
    return compileFunction(code, parameters, options);
  const opening = `(function (${parameters.join(", ")}) {`;
  let known = SCRIPTS.get(filename);
  if (known?.code !== code) {
    // Columns of the first line are told as if nothing stood before it.
    const script = new vm.Script(`${opening}${code}\n})`, { filename, columnOffset: -opening.length });
    known = { code, script };
    SCRIPTS.set(filename, known);
  }
  return known.script.runInContext(parsingContext) as ReturnType<typeof compileFunction>;
};
