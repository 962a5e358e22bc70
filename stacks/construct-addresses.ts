import { App, TerraformStack } from "cdktf";
import { Construct } from "constructs";

const known = new Map<string, string>();

/**
 * The address of a resource, also for a stack that does not have it: `aws_kms_key.home-eu-west-1_7D942845`. The framework builds the
 * name of a resource from the ids of its constructs.
 * @param path ids of the constructs below the stack, the resource's own last
 */
export function addressOf(type: string, path: readonly string[]): string {
  const id = `${type} ${path.join("/")}`;
  const found = known.get(id);
  if (found !== undefined) return found;
  const stack = new TerraformStack(new App(), "any");
  const construct = path.reduce<Construct>((scope, child) => new Construct(scope, child), stack);
  const address = `${type}.${stack.getLogicalId(construct.node)}`;
  known.set(id, address);
  return address;
}
