/**
 * The import table of docs/ARCHITECTURE.md as a lint rule: which room may import which, and which
 * packages are allowed in one room only. A room may always import itself.
 */
import path from "node:path";

const ANYTHING = "anything";

/** What the rest of the script may import from the kinds. */
const KNOWN_OF_KINDS = ["kinds/kind.ts", "kinds/registry.ts"];

/** What the pure half of each kind may import, regardless of its name: a new kind needs no line here. */
const A_DECLARED_KIND = [
  "core",
  "policy",
  "topology/launch",
  "kinds/declared-kind.ts",
  "kinds/shared/declare",
];
const DECLARED_KIND = /^kinds\/(?!shared\/)[\w-]+\/declare(?=\/)/;

/** What the AWS half may import. */
const A_KIND = ["core", "topology", "scripts/aws", "scripts/engine", "kinds/kind.ts", "kinds/shared"];
const KIND = /^kinds\/(?!shared\/)[\w-]+(?=\/)/;

/** Rooms that decide requests from policies. */
const EVALUATOR_USERS = [
  "packages/emulator",
  "policy",
  "topology",
  "kinds/shared/declare",
  "scripts/engine",
  "scripts/doctor",
  "review",
];

/** Room -> rooms it may import. The longest matching room name wins. */
export const ROOMS = {
  // The packages of the workspace do not depend on Keyferry, and import each other by name only.
  "packages/common": [],
  "packages/evaluator": [],
  "packages/emulator": [],
  "packages/evaluator/test": ANYTHING,
  "packages/emulator/test": ANYTHING,
  core: [],
  policy: ["core"],
  // Auto Scaling groups that launch from a copy, for the kinds that can be launched.
  "topology/launch": ["core"],
  topology: [
    "core",
    "policy",
    "topology/launch",
    "kinds/declared-kind.ts",
    "kinds/declared.ts",
    "kinds/shared/declare",
  ],
  review: ["core", "policy"],
  constructs: ["core", "policy"],
  stacks: ["core", "policy", "topology", "constructs"],
  // Constructs as plain Terraform modules.
  hcl: ["core", "policy", "constructs"],
  "main.ts": ["stacks"],
  "keyferry.config.ts": ["topology"],
  "scripts/aws": ["core", "policy", "topology"],
  "scripts/terraform": ["core", "setup"],
  setup: ["core"],
  // Refs of the project's repository, synthesised.
  "scripts/refs": ["core", "setup"],
  // A comment at a pull request.
  "scripts/github": ["core"],
  "scripts/engine": ["core", "policy", "topology", "scripts/aws"],
  // Kinds never import each other; all other rooms use the contract and the list of kinds, and no kind directly.
  "kinds/declared-kind.ts": ["core", "policy"],
  "kinds/declared.ts": ["core", "kinds"],
  "kinds/kind.ts": ["core", "topology", "scripts/aws", "scripts/engine"],
  "kinds/registry.ts": ["core", "topology", "kinds"],
  "kinds/shared/declare": ["core", "policy", "kinds/declared-kind.ts"],
  "kinds/shared": ["core", "topology", "scripts/aws", "scripts/engine", "kinds/kind.ts"],
  "scripts/steps": [
    "core",
    "policy",
    "topology",
    "scripts/aws",
    "scripts/engine",
    ...KNOWN_OF_KINDS,
    "kinds/shared",
  ],
  "scripts/doctor": ["core", "policy", "topology", "scripts/aws", "scripts/engine"],
  "scripts/planning": [
    "core",
    "topology",
    "scripts/aws",
    "scripts/engine",
    "scripts/steps",
    ...KNOWN_OF_KINDS,
  ],
  "scripts/commands": [
    "core",
    "policy",
    "topology",
    "scripts/aws",
    "scripts/engine",
    "scripts/doctor",
    "scripts/steps",
    "scripts/planning",
    "review",
    ...KNOWN_OF_KINDS,
  ],
  "scripts/api": [
    "core",
    "topology",
    "scripts/aws",
    "scripts/engine",
    "scripts/commands",
    "scripts/refs",
    "review",
  ],
  "scripts/report": [
    "core",
    "policy",
    "topology",
    "scripts/aws",
    "scripts/engine",
    "scripts/doctor",
    "scripts/terraform",
  ],
  // The files of a new project, and the roles that its accounts need.
  "scripts/init": ["core", "policy", "topology"],
  "scripts/cli": ["core", "policy", "topology", "scripts", "setup", "review", "sandbox", "demo"],
  sandbox: ["core", "setup"],
  demo: ANYTHING,
  bench: ANYTHING,
  test: ANYTHING,
  examples: ["topology", "stacks", "constructs", "scripts/api"],
};

/** Package (or prefix ending in "/") -> rooms that may import it; demo, bench and test may import anything. */
export const PACKAGES = {
  yaml: ["policy"],
  zod: [
    "topology",
    "topology/launch",
    "kinds/declared-kind.ts",
    "kinds/shared/declare",
    "kinds/*/declare",
    "packages/emulator",
    "review",
  ],
  cdktf: ["constructs", "stacks", "hcl", "main.ts", "examples"],
  constructs: ["constructs", "stacks", "hcl", "examples"],
  "@cdktf/provider-aws/": ["constructs", "stacks", "examples"],
  "@aws-sdk/": ["scripts/aws"],
  commander: ["scripts/cli"],
  "node:child_process": ["scripts/terraform", "setup", "sandbox", "packages/emulator"],
  "node:http": ["packages/emulator"],
  "fast-xml-parser": ["packages/emulator"],
  "@keyferry/emulator": ["sandbox"],
  "@keyferry/evaluator": EVALUATOR_USERS,
};

/** The room of a path relative to the repository: the longest room name that it starts with. */
export function roomOf(relativePath) {
  const file = relativePath.split(path.sep).join("/");
  const kind = DECLARED_KIND.exec(file) ?? KIND.exec(file);
  if (kind !== null) return kind[0];
  return Object.keys(ROOMS)
    .filter((room) => file === room || file === room.replace(/\.ts$/, "") || file.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];
}

function allowedFor(room) {
  if (DECLARED_KIND.test(`${room}/`)) return A_DECLARED_KIND;
  return ROOMS[room] ?? [...A_KIND, `${room}/declare`];
}

function mayImportRoom(from, to) {
  const allowed = allowedFor(from);
  return allowed === ANYTHING || allowed.some((room) => to === room || to.startsWith(`${room}/`));
}

function mayImportPackage(from, name) {
  if (allowedFor(from) === ANYTHING) return true;
  const entry = Object.keys(PACKAGES).find((key) =>
    key.endsWith("/") ? name.startsWith(key) : name === key,
  );
  const room = DECLARED_KIND.test(`${from}/`) ? "kinds/*/declare" : from;
  return entry === undefined || PACKAGES[entry].includes(room);
}

/** Says why `file` may not import `specifier`, or undefined when it may. Both paths are absolute or bare. */
export function violation(root, file, specifier) {
  const from = roomOf(path.relative(root, file));
  if (from === undefined) return undefined;
  if (specifier === "@cdktf/provider-aws")
    return "import @cdktf/provider-aws by sub-path: the root costs seconds";
  if (!specifier.startsWith(".")) {
    return mayImportPackage(from, specifier) ? undefined : `${from} may not import the package ${specifier}`;
  }
  const to = roomOf(path.relative(root, path.resolve(path.dirname(file), specifier)));
  if (to === undefined || to === from || mayImportRoom(from, to)) return undefined;
  return `${from} may not import ${to}: see the import table in docs/ARCHITECTURE.md`;
}

export default {
  meta: { type: "problem", schema: [] },
  create(context) {
    const check = (node) => {
      const specifier = node.source?.value;
      if (typeof specifier !== "string") return;
      const message = violation(context.cwd, context.filename, specifier);
      if (message !== undefined) context.report({ node, message });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};
