import type { Hcl } from "./text";

/** A validation of a variable, which Terraform checks before it plans. */
export interface Validation {
  readonly condition: Hcl;
  readonly message: string;
}

/** An element of a list or map in a loop; an element of a list has only a value. */
export interface Element {
  readonly key: Hcl;
  readonly value: Hcl;
}

/**
 * A sample: a text that constructs get in place of a part of a variable and write into attributes and policies. It is found in
 * the synthesised output and replaced there by an expression.
 */
export interface SampleText {
  readonly text: string;
  /** The expression that replaces it, for an element. */
  readonly of: (element: Element) => Hcl;
  /** Whether several elements may have the same value, which then occurs once in a list. @default false */
  readonly isShared?: boolean;
}

/** A list or map whose elements take the places of the sample in attributes, policies, blocks or resources. */
export interface Samples {
  /** The collection of the loop: `var.accounts`. */
  readonly over: Hcl;
  /** Name of an element's value in a list expression. */
  readonly element: string;
  readonly texts: readonly SampleText[];
  /** The Sid of a statement that stands for the whole list. @default - there is none */
  readonly whole?: string;
}

/** A variable of a module, and how it is recognised in the synthesised output. */
export interface Input {
  readonly name: string;
  /** Type in Terraform: `list(string)`. */
  readonly type: Hcl;
  readonly description: string;
  /** @default - the variable is required */
  readonly default?: Hcl;
  readonly validations: readonly Validation[];
  /** Condition under which it has a value, as an expression; without one it always has. */
  readonly when?: Hcl;
  readonly samples?: Samples;
}

/** The variable as an expression. */
export function valueOf({ name }: Pick<Input, "name">): Hcl {
  return `var.${name}`;
}
