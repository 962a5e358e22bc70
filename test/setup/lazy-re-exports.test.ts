import { transpileModule, ModuleKind, ScriptTarget } from "typescript";
import { withLazyReExports } from "../../setup/lazy-re-exports";

test("a re-exported name is loaded on first use", () => {
  const { exported, loaded } = run('export { a, b as c } from "./ab";\nexport { d } from "./d";\n', {
    "./ab": { a: 1, b: 2 },
    "./d": { d: 4 },
  });
  expect(Object.keys(exported).sort()).toEqual(["a", "c", "d"]);
  expect(loaded).toEqual([]);
  expect(exported["c"]).toBe(2);
  expect(loaded).toEqual(["./ab"]);
});

test("the imports that a module uses itself are loaded with it", () => {
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

test("a module that re-exports everything is not changed", () => {
  const { exported } = run('export * from "./a";\n', { "./a": { a: 1 } });
  expect(exported["a"]).toBe(1);
});

/** Runs a module as built, and records what it loads. */
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
