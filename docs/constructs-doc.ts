import path from "node:path";
import ts from "typescript";

/** The public library, whose docstrings are the only source of its description. */
const ROOT = path.resolve(__dirname, "..");
const LIBRARY = path.join(ROOT, "constructs/index.ts");

/** Folders of the library, in the order of the page. */
const CHAPTERS: Readonly<Record<string, string>> = {
  "constructs/kms": "Keys",
  "constructs/ec2": "Launches and EBS",
  "constructs/iam": "Roles",
  "constructs/s3": "Buckets",
  "constructs/audit": "Audit",
  constructs: "Shared by several constructs",
  policy: "Policies as data",
};

/** An export of the library: its declaration and its name. */
interface Exported {
  readonly name: string;
  readonly symbol: ts.Symbol;
  readonly declaration: ts.Declaration;
}

/** A line of a table. */
interface Entry {
  readonly name: string;
  readonly is: string;
  readonly usual: string;
  readonly what: string;
}

/** Everything that `keyferry/constructs` exports as Markdown, read from its docstrings. */
export function constructsDoc(): string {
  const program = readLibrary();
  const checker = program.getTypeChecker();
  const exported = exportsOf(program, checker);
  const names = new Set(exported.map(({ name }) => name));
  const chapters = Object.entries(CHAPTERS).map(([room, title]) => {
    const here = exported.filter((one) => roomOf(one) === room);
    return [
      `## ${title}`,
      ...here.filter((one) => !isPropsOf(one, names)).flatMap((one) => sectionOf(checker, exported, one)),
    ].join("\n\n");
  });
  return `${[
    "# Constructs",
    "Generated from the docstrings of `constructs/` by `npm run docs`; do not edit. `keyferry/constructs` exports everything on this page; for CDK Terrain, use `keyferry/cdktn/constructs`. [examples/](../examples) has stacks that use it. Props in **bold** are required. A construct reports at synthesis what AWS would refuse at deployment.",
    'Arguments that have no prop can be set on the Terraform resource, which is a child of its construct: `key.node.findChild("Resource")` returns the resource of a key, and `addOverride(path, value)` sets an argument.',
    ...chapters,
  ].join("\n\n")}\n`;
}

/** Loads only the modules of the project: types of packages appear on the page as they are written. */
function readLibrary(): ts.Program {
  const options: ts.CompilerOptions = { strict: true, types: [], target: ts.ScriptTarget.ES2022 };
  const host = ts.createCompilerHost(options);
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text }) => {
      const base = path.resolve(path.dirname(from), text);
      const file = text.startsWith(".")
        ? [`${base}.ts`, path.join(base, "index.ts")].find((name) => ts.sys.fileExists(name))
        : undefined;
      return {
        resolvedModule:
          file === undefined ? undefined : { resolvedFileName: file, extension: ts.Extension.Ts },
      };
    });
  return ts.createProgram([LIBRARY], options, host);
}

function exportsOf(program: ts.Program, checker: ts.TypeChecker): readonly Exported[] {
  const file = program.getSourceFile(LIBRARY);
  const module = file && checker.getSymbolAtLocation(file);
  if (module === undefined) throw new TypeError(`${LIBRARY} exports nothing`);
  return checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
    .map((symbol) => {
      const [declaration] = symbol.declarations ?? [];
      if (declaration === undefined) throw new TypeError(`nothing declares ${symbol.name}`);
      return { name: symbol.name, symbol, declaration };
    })
    .sort((a, b) => a.name.localeCompare(b.name, "en"));
}

function roomOf({ name, declaration }: Exported): string {
  const file = path.relative(ROOT, declaration.getSourceFile().fileName).split(path.sep).join("/");
  const room = Object.keys(CHAPTERS)
    .sort((a, b) => b.length - a.length)
    .find((one) => file.startsWith(`${one}/`));
  if (room === undefined) throw new TypeError(`${name} is declared in ${file}, which has no chapter`);
  return room;
}

/** Props of an exported class are documented with the class. */
function isPropsOf({ name }: Exported, names: ReadonlySet<string>): boolean {
  return name.endsWith("Props") && names.has(name.slice(0, -"Props".length));
}

function sectionOf(checker: ts.TypeChecker, exported: readonly Exported[], one: Exported): readonly string[] {
  const { name, symbol, declaration } = one;
  const head = [`### ${name}`, prose(docOf(checker, symbol))];
  if (ts.isClassDeclaration(declaration))
    return [...head, ...classParts(checker, exported, one, declaration)];
  if (ts.isInterfaceDeclaration(declaration)) {
    return [...head, table("name", propertiesOf(checker, symbol))];
  }
  const type = ts.isTypeAliasDeclaration(declaration) ? declaration.type : undefined;
  return type === undefined ? head : [...head, `\`${oneLine(type.getText())}\``];
}

function classParts(
  checker: ts.TypeChecker,
  exported: readonly Exported[],
  { name }: Exported,
  declaration: ts.ClassDeclaration,
): readonly string[] {
  const props = exported.find((other) => other.name === `${name}Props`);
  const made = declaration.members.find(ts.isConstructorDeclaration);
  const members = declaration.members.filter(isPublic).flatMap((member) => memberOf(checker, member));
  return [
    ...(props === undefined || made === undefined
      ? []
      : [
          `\`new ${name}(${parametersOf(made)})\`${thrown(made)}`,
          table("prop", propertiesOf(checker, props.symbol)),
        ]),
    ...(members.length === 0 ? [] : [table("member", members)]),
  ];
}

/** The public members of a class, except its constructor. */
function isPublic(member: ts.ClassElement): boolean {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected | ts.ModifierFlags.Override;
  return (
    (ts.getCombinedModifierFlags(member) & hidden) === 0 &&
    member.name !== undefined &&
    !ts.isPrivateIdentifier(member.name)
  );
}

function memberOf(checker: ts.TypeChecker, member: ts.ClassElement): readonly Entry[] {
  const symbol = member.name && checker.getSymbolAtLocation(member.name);
  if (symbol === undefined) return [];
  const isStatic = (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static) !== 0;
  const owner = isStatic ? `${(member.parent as ts.ClassDeclaration).name?.text ?? ""}.` : "";
  const isMethod = ts.isMethodDeclaration(member);
  const type =
    isMethod || ts.isPropertyDeclaration(member) || ts.isGetAccessor(member) ? member.type?.getText() : "";
  return [
    {
      name: isMethod ? `${owner}${symbol.name}(${parametersOf(member)})` : `${owner}${symbol.name}`,
      is: type === undefined || type === "void" ? "" : type,
      usual: "",
      what: `${docOf(checker, symbol)}${ts.isMethodDeclaration(member) ? thrown(member) : ""}`,
    },
  ];
}

function parametersOf(call: ts.ConstructorDeclaration | ts.MethodDeclaration): string {
  return call.parameters
    .map(({ name, type, initializer, questionToken, dotDotDotToken }) => {
      const called = ts.isIdentifier(name) ? name.text : "options";
      const mark = initializer !== undefined || questionToken !== undefined ? "?" : "";
      return `${dotDotDotToken === undefined ? "" : "..."}${called}${mark}: ${oneLine(type?.getText() ?? "")}`;
    })
    .join(", ");
}

/** The errors that a call throws, as separate sentences. */
function thrown(call: ts.ConstructorDeclaration | ts.MethodDeclaration): string {
  const tags = ts.getJSDocTags(call).filter(({ tagName }) => tagName.text === "throws");
  const texts = tags.map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? "");
  return texts.map((text) => ` Throws ${oneLine(text)}.`).join("");
}

function propertiesOf(checker: ts.TypeChecker, symbol: ts.Symbol): readonly Entry[] {
  return checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol)).map((property) => {
    const [declaration] = property.declarations ?? [];
    const isRequired = (property.flags & ts.SymbolFlags.Optional) === 0;
    const usual = property.getJsDocTags(checker).find(({ name }) => name === "default");
    const type =
      declaration !== undefined && ts.isPropertySignature(declaration)
        ? declaration.type?.getText()
        : undefined;
    return {
      name: isRequired ? `**${property.name}**` : property.name,
      is: type ?? checker.typeToString(checker.getTypeOfSymbol(property)),
      usual: ts.displayPartsToString(usual?.text).replace(/^- /, ""),
      what: docOf(checker, property),
    };
  });
}

function docOf(checker: ts.TypeChecker, symbol: ts.Symbol): string {
  return ts.displayPartsToString(symbol.getDocumentationComment(checker));
}

/** Joins the lines of a docstring; an empty line ends a paragraph. */
function prose(text: string): string {
  return text
    .split(/\n\s*\n/)
    .map(oneLine)
    .join("\n\n");
}

function oneLine(text: string): string {
  return text
    .replace(/\/\*\*.*?\*\//gs, "")
    .replace(/\s+/g, " ")
    .replace(/^\s*\|\s/, "")
    .trim();
}

/** Leaves out empty columns, except those that every line must have. */
function table(first: string, entries: readonly Entry[]): string {
  const columns = (["name", "is", "usual", "what"] as const).filter(
    (column) => column === "what" || entries.some((entry) => entry[column] !== ""),
  );
  const titles = { name: first, is: "type", usual: "default", what: "description" };
  const rows = entries.map((entry) =>
    columns.map((column) => cell(column === "name" || column === "is" ? code(entry[column]) : entry[column])),
  );
  return [columns.map((column) => titles[column]), columns.map(() => "---"), ...rows]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");
}

function code(text: string): string {
  const required = /^\*\*(.*)\*\*$/.exec(text)?.[1];
  if (text === "") return "";
  return required === undefined ? `\`${oneLine(text)}\`` : `**\`${required}\`**`;
}

/** A cell of a table must be one line without an unescaped bar. */
function cell(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").replace(/\|/g, "\\|");
}
