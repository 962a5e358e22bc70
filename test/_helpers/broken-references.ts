import type { Synthesised } from "./synthesised";

const REFERENCE = /\b(data\.)?(aws_\w+|terraform_remote_state)\.([\w-]+)(?:\.outputs\.([\w-]+))?/g;
const EXPRESSION = /(?<!\$)\$\{[^}]*\}/g;
const READ = "cross-stack-reference-input-";

/**
 * References of stacks to resources and data that the stack does not declare, and to outputs that the other stack does not have: Terraform
 * would refuse the stack.
 * @param stacks by name
 */
export function brokenReferences(stacks: Readonly<Record<string, Synthesised>>): readonly string[] {
  return Object.entries(stacks).flatMap(([name, stack]) =>
    [...JSON.stringify(stack).matchAll(EXPRESSION)]
      .flatMap(([expression]) => [...expression.matchAll(REFERENCE)])
      .filter(([, data, type = "", id = "", output]) => {
        const declared = (data === undefined ? stack.resource : stack.data)?.[type]?.[id];
        if (declared === undefined) return true;
        return output !== undefined && stacks[id.slice(READ.length)]?.output?.[output] === undefined;
      })
      .map(([reference]) => `${name}: ${reference}`),
  );
}
