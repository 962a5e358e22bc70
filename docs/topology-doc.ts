import path from "node:path";
import ts from "typescript";

/** The types of the schema, whose comments are the only source of the description of its settings. */
const SCHEMA = path.resolve(__dirname, "../topology/schema.ts");
const ROOT_TYPE = "TopologyInput";

/** One setting of an object. */
interface Setting {
  readonly name: string;
  readonly isRequired: boolean;
  readonly type: string;
  readonly what: string;
  readonly usual: string;
}

/** An object of the topology, by its path: `images.NAME.to[]`. */
interface Section {
  readonly path: string;
  readonly settings: readonly Setting[];
}

/** Every setting of a topology as Markdown, read from the types and comments of its schema. */
export function topologyDoc(): string {
  const sections = readSections();
  return `${[
    "# Every setting of a topology",
    "Generated from the schema by `npm run docs`; do not edit. `NAME` is a name that you choose, of an account, a rule or a key. Keyferry validates the whole topology and reports all mistakes at the same time.",
    "Settings in **bold** are required.",
    ...sections.flatMap(({ path: at, settings }) => [
      `## ${at === "" ? "The topology" : `\`${at}\``}`,
      table(settings),
    ]),
  ].join("\n\n")}\n`;
}

function table(settings: readonly Setting[]): string {
  const rows = settings.map(({ name, isRequired, type, usual, what }) =>
    [isRequired ? `**\`${name}\`**` : `\`${name}\``, type, usual, what].map(cell).join(" | "),
  );
  return [
    "| setting | type | default | description |",
    "| --- | --- | --- | --- |",
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
}

/** A cell of a table must be one line without an unescaped bar. */
function cell(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").replace(/\|/g, "\\|");
}

function readSections(): readonly Section[] {
  const program = ts.createProgram([SCHEMA], {
    strict: true,
    skipLibCheck: true,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    target: ts.ScriptTarget.ES2022,
    types: [],
  });
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(SCHEMA);
  const exported = file && checker.getSymbolAtLocation(file);
  const root = exported && checker.getExportsOfModule(exported).find(({ name }) => name === ROOT_TYPE);
  if (root === undefined) throw new TypeError(`${SCHEMA} exports no ${ROOT_TYPE}`);
  const sections: Section[] = [];
  const read = (type: ts.Type, at: string): void => {
    const properties = checker.getPropertiesOfType(type);
    const of = (symbol: ts.Symbol) => checker.getNonNullableType(checker.getTypeOfSymbol(symbol));
    sections.push({ path: at, settings: properties.map((symbol) => settingOf(checker, symbol, of(symbol))) });
    for (const symbol of properties) {
      const inner = innerOf(checker, of(symbol));
      if (inner !== undefined) read(inner.type, `${at === "" ? "" : `${at}.`}${symbol.name}${inner.suffix}`);
    }
  };
  read(checker.getDeclaredTypeOfSymbol(root), "");
  return sections;
}

function settingOf(checker: ts.TypeChecker, symbol: ts.Symbol, type: ts.Type): Setting {
  const usual = symbol.getJsDocTags(checker).find(({ name }) => name === "default");
  return {
    name: symbol.name,
    isRequired: (symbol.flags & ts.SymbolFlags.Optional) === 0,
    type: typeWords(checker, type),
    what: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
    usual: ts.displayPartsToString(usual?.text).replace(/^- /, ""),
  };
}

/** The part of a value that has settings: the value itself, each item of a list, or each named entry. */
function innerOf(
  checker: ts.TypeChecker,
  type: ts.Type,
): { readonly type: ts.Type; readonly suffix: string } | undefined {
  const item = itemOf(checker, type);
  const named = checker.getIndexTypeOfType(type, ts.IndexKind.String);
  const inner = item ?? named ?? type;
  if (!isObject(checker, inner)) return undefined;
  return { type: inner, suffix: item !== undefined ? "[]" : named !== undefined ? ".NAME" : "" };
}

function typeWords(checker: ts.TypeChecker, type: ts.Type): string {
  const item = itemOf(checker, type);
  if (item !== undefined) return isObject(checker, item) ? "a list" : `a list of ${typeWords(checker, item)}`;
  const named = checker.getIndexTypeOfType(type, ts.IndexKind.String);
  if (named !== undefined)
    return isObject(checker, named) ? "by name" : `${typeWords(checker, named)}, by name`;
  if (isObject(checker, type)) return "an object";
  const flags = ts.TypeFormatFlags.NoTruncation;
  return type.isUnion() && !(type.flags & ts.TypeFlags.Boolean)
    ? type.types.map((one) => typeWords(checker, one)).join(" or ")
    : codeOf(checker.typeToString(type, undefined, flags));
}

/** A TypeScript keyword is written as it is, a string as code. */
function codeOf(text: string): string {
  return text.startsWith('"') ? `\`${text}\`` : text;
}

function itemOf(checker: ts.TypeChecker, type: ts.Type): ts.Type | undefined {
  return checker.isArrayType(type) ? checker.getTypeArguments(type as ts.TypeReference)[0] : undefined;
}

function isObject(checker: ts.TypeChecker, type: ts.Type): boolean {
  const isPlain = (type.flags & ts.TypeFlags.Object) !== 0 && !checker.isArrayType(type);
  return isPlain && checker.getPropertiesOfType(type).length > 0;
}
