import { elementBlock } from "./body";
import type { ModuleDeclaration } from "./declaration";
import { Expressions } from "./expression";
import type { Input } from "./input";
import { readme } from "./readme";
import { template } from "./template";
import { assignments, block, object, quoted, type Hcl } from "./text";
import { isObject, type TreeObject } from "./tree";
import { variantsOf, type Variant } from "./variants";

/** Source: Terraform, upgrade guide to 1.9: a validation may refer to other variables; object type with optional attributes since 1.3. */
const TERRAFORM = ">= 1.9.0";
/** The version of the provider whose schema the constructs use. */
const PROVIDER = ">= 5.100.0";

const HEAD = "# Generated from the constructs of Keyferry by `npm run modules`; do not edit.";

/** All files of a module by their paths in it, in the layout of the Terraform Registry. */
export function filesOf(declaration: ModuleDeclaration): Readonly<Record<string, string>> {
  const variants = variantsOf(declaration);
  const [everything] = variants;
  const samples = declaration.inputs.flatMap(({ samples: of }) => (of === undefined ? [] : [of]));
  const expressions = new Expressions(variants, samples);
  const locals =
    declaration.locals === undefined
      ? []
      : [block("locals", assignments(Object.entries(declaration.locals)))];
  const written = (kind: "data" | "resource") =>
    elementsOf(variants, kind).map(([type, name, found]) =>
      elementBlock(expressions, kind, type, name, found),
    );
  const outputs = Object.entries(everything.outputs).map(([name, { description, value }]) =>
    block(
      `output "${name}"`,
      assignments([
        ["description", quoted(description)],
        ["value", template(value, samples, new Map()).hcl],
      ]),
    ),
  );
  return {
    "main.tf": file(...written("data"), ...locals, ...written("resource")),
    "variables.tf": file(...declaration.inputs.map(variable)),
    "outputs.tf": file(...outputs),
    "versions.tf": file(versions()),
    "README.md": readme(declaration, everything.outputs, { terraform: TERRAFORM, provider: PROVIDER }),
    "examples/complete/main.tf": file(declaration.example.trim()),
  };
}

function file(...parts: readonly Hcl[]): string {
  return `${[HEAD, ...parts].join("\n\n")}\n`;
}

type Element = readonly [type: string, name: string, found: readonly (TreeObject | undefined)[]];

/** Each resource or data source of any variant, with its content in each variant. */
function elementsOf(variants: readonly Variant[], kind: "data" | "resource"): readonly Element[] {
  const found = new Map<string, Element>();
  for (const { [kind]: types } of variants) {
    for (const [type, named] of Object.entries(types)) {
      for (const name of Object.keys(named as TreeObject)) {
        const bodies = variants.map((one) => bodyOf(one[kind], type, name));
        found.set(`${type}.${name}`, [type, name, bodies]);
      }
    }
  }
  return [...found.values()];
}

function bodyOf(types: TreeObject, type: string, name: string): TreeObject | undefined {
  const named = types[type];
  const body = isObject(named) ? named[name] : undefined;
  return isObject(body) ? body : undefined;
}

function variable(input: Input): Hcl {
  const isNullable = input.default === "null";
  return block(
    `variable "${input.name}"`,
    assignments([
      ["type", input.type],
      ["description", quoted(input.description)],
      ...(input.default === undefined ? [] : [["default", input.default] as const]),
      ...(isNullable ? [] : [["nullable", "false"] as const]),
    ]),
    ...input.validations.map(({ condition, message }) =>
      block(
        "validation",
        assignments([
          ["condition", condition],
          ["error_message", quoted(message)],
        ]),
      ),
    ),
  );
}

function versions(): Hcl {
  const aws = object([
    ["source", quoted("hashicorp/aws")],
    ["version", quoted(PROVIDER)],
  ]);
  return block(
    "terraform",
    assignments([["required_version", quoted(TERRAFORM)]]),
    block("required_providers", assignments([["aws", aws]])),
  );
}
