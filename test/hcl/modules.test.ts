import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { generatedFiles, MODULES } from "../../hcl/modules";

const ROOT = path.resolve(__dirname, "../../modules");
const generated = generatedFiles();

const committed = readdirSync(ROOT, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.parentPath.includes(".terraform"))
  .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"));

test("modules/ is what `npm run modules` writes, and nothing else", () => {
  expect(committed.sort()).toEqual(Object.keys(generated).sort());
  for (const [file, text] of Object.entries(generated))
    expect(readFileSync(path.join(ROOT, file), "utf8")).toBe(text);
});

describe.each(MODULES.map((declaration) => [declaration.name, declaration] as const))(
  "%s",
  (name, declaration) => {
    const files = Object.entries(generated).filter(([file]) => file.startsWith(`${name}/`));
    const textOf = (file: string) => generated[`${name}/${file}`] ?? "";

    test("no sample value remains in the generated files", () => {
      for (const [file, text] of files)
        expect([file, /10000000\d{4}|\bsample|\bSample|TfToken|\$\{TOKEN/.exec(text)?.[0]]).toEqual([
          file,
          undefined,
        ]);
    });

    test("every declared variable is used, and every used variable is declared", () => {
      const used = [
        ...textOf("main.tf").matchAll(/\bvar\.(\w+)/g),
        ...textOf("outputs.tf").matchAll(/\bvar\.(\w+)/g),
      ];
      expect([...new Set(used.map(([, variable]) => variable))].sort()).toEqual(
        declaration.inputs.map((input) => input.name).sort(),
      );
    });

    test("the README lists every variable and every output", () => {
      const page = textOf("README.md");
      for (const input of declaration.inputs) expect(page).toContain(`| \`${input.name}\` |`);
      for (const [, output] of textOf("outputs.tf").matchAll(/output "(\w+)"/g))
        expect(page).toContain(`| \`${output}\` |`);
    });
  },
);
