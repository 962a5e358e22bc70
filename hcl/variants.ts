import { App, TerraformOutput, TerraformStack, type TerraformElement } from "cdktf";
import { Node } from "constructs";
import type { ModuleDeclaration, Output } from "./declaration";
import type { Input } from "./input";
import { decoded, type Tree, type TreeObject } from "./tree";

/** A module's constructs, synthesised with some of its variables given. */
export interface Variant {
  /** Those that bring something. */
  readonly given: ReadonlySet<Input>;
  readonly data: TreeObject;
  readonly resource: TreeObject;
  readonly outputs: Readonly<Record<string, Output>>;
}

/**
 * All variables that may bring nothing given, and none; each one alone, and all but each one: enough to tell what is there for any of
 * several from what takes all of them. The first has everything.
 */
export function variantsOf(declaration: ModuleDeclaration): readonly [Variant, ...Variant[]] {
  const optional = declaration.inputs.filter(({ when }) => when !== undefined);
  const choices = [
    [],
    ...optional.map((input) => [input]),
    ...optional.map((left) => optional.filter((input) => input !== left)),
  ];
  return [variant(declaration, optional), ...choices.map((given) => variant(declaration, given))];
}

function variant(declaration: ModuleDeclaration, optional: readonly Input[]): Variant {
  const given = new Set(optional);
  const stack = new ModuleStack(new App({ skipValidation: true }), declaration.name);
  const told = declaration.build(stack, (input) => input.when === undefined || given.has(input));
  for (const [name, one] of Object.entries(told)) new TerraformOutput(stack, name, { ...one });
  stack.prepareStack();
  const { data = {}, resource = {}, output = {} } = stack.toTerraform() as Synthesised;
  return {
    given,
    data: decoded(data) as TreeObject,
    resource: decoded(resource) as TreeObject,
    outputs: output,
  };
}

interface Synthesised {
  readonly data?: Tree;
  readonly resource?: Tree;
  readonly output?: Variant["outputs"];
}

/** Names as people give them: `aws_kms_key.this`, `data.aws_region.current`. */
class ModuleStack extends TerraformStack {
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const { id } = element instanceof Node ? element : element.node;
    return NAMES[id] ?? id.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toLowerCase();
  }
}

/** By the ids that constructs give to what they make. */
const NAMES: Readonly<Record<string, string>> = {
  ...{ Resource: "this", Alias: "this", Policy: "this" },
  ...{ Account: "current", Partition: "current", Region: "current" },
};
