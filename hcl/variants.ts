import { App, TerraformOutput, TerraformStack, type TerraformElement } from "cdktf";
import { Node } from "constructs";
import type { ModuleDeclaration, Output } from "./declaration";
import type { Input } from "./input";
import { decoded, type Tree, type TreeObject } from "./tree";

/** A module's constructs, synthesised with values for some of its variables. */
export interface Variant {
  /** Variables that have a value. */
  readonly given: ReadonlySet<Input>;
  readonly data: TreeObject;
  readonly resource: TreeObject;
  readonly outputs: Readonly<Record<string, Output>>;
}

/**
 * The variants: with all optional variables, with none, with each one alone, and with all but each one. They are enough to distinguish
 * "any of several variables" from "all of them". The first variant has everything.
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
  const outputs = declaration.build(stack, (input) => input.when === undefined || given.has(input));
  for (const [name, one] of Object.entries(outputs)) new TerraformOutput(stack, name, { ...one });
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

/** Readable names: `aws_kms_key.this`, `data.aws_region.current`. */
class ModuleStack extends TerraformStack {
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const { id } = element instanceof Node ? element : element.node;
    return NAMES[id] ?? id.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toLowerCase();
  }
}

/** Names by the ids that constructs give to their resources. */
const NAMES: Readonly<Record<string, string>> = {
  ...{ Resource: "this", Alias: "this", Policy: "this" },
  ...{ Account: "current", Partition: "current", Region: "current" },
};
