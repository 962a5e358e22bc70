import { transpileModule, ModuleKind, ScriptTarget } from "typescript";
import { withLazyReExports } from "../../setup/lazy-re-exports";

test("a name that is passed on is loaded when it is first asked for", () => {
  const { exported, loaded } = run('export { a, b as c } from "./ab";\nexport { d } from "./d";\n', {
    "./ab": { a: 1, b: 2 },
    "./d": { d: 4 },
  });
  expect(Object.keys(exported).sort()).toEqual(["a", "c", "d"]);
  expect(loaded).toEqual([]);
  expect(exported["c"]).toBe(2);
  expect(loaded).toEqual(["./ab"]);
});

test("what a module uses itself is loaded with it", () => {
  const { exported, loaded } = run(
    'import { a } from "./a";\nexport { b } from "./b";\nexport const twice = a + a;\n',
    {
      "./a": { a: 1 },
      "./b": { b: 2 },
    },
  );
  expect(loaded).toEqual(["./a"]);
  expect(exported["twice"]).toBe(2);
  expect(exported["b"]).toBe(2);
});

test("a module that passes everything on still does", () => {
  const { exported } = run('export * from "./a";\n', { "./a": { a: 1 } });
  expect(exported["a"]).toBe(1);
});

/** Runs a module as the build leaves it, and notes what it loads. */
function run(source: string, modules: Readonly<Record<string, object>>) {
  const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 };
  const built = withLazyReExports(transpileModule(source, { compilerOptions }).outputText);
  const exported: Record<string, unknown> = {};
  const loaded: string[] = [];
  const load = (name: string) => {
    loaded.push(name);
    return modules[name];
  };
  new Function("exports", "require", built)(exported, load);
  return { exported, loaded };
}
