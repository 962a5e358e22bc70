import type { Hcl } from "./text";

/** What Terraform checks of a variable before it plans. */
export interface Validation {
  readonly condition: Hcl;
  readonly message: string;
}

/** An element of a list or map where it is gone through: of a list the value alone. */
export interface Element {
  readonly key: Hcl;
  readonly value: Hcl;
}

/**
 * A part of what a variable brings that constructs write into attributes and policies: a text that is found again in what they
 * become, and is replaced there by an expression.
 */
export interface SampleText {
  readonly text: string;
  /** The expression for it, of an element. */
  readonly of: (element: Element) => Hcl;
  /** Whether several elements may have it in common: then it stands once in a list. @default false */
  readonly isShared?: boolean;
}

/** A list or map whose elements stand in attributes, policies, blocks or resources, each as the sample does. */
export interface Samples {
  /** What is gone through: `var.accounts`. */
  readonly over: Hcl;
  /** What an element's value is called where a list is made of them. */
  readonly element: string;
  readonly texts: readonly SampleText[];
  /** The Sid of a statement that stands for all of the list. @default - none does */
  readonly whole?: string;
}

/** A variable of a module, and how it is told from others in what the constructs become. */
export interface Input {
  readonly name: string;
  /** Terraform's: `list(string)`. */
  readonly type: Hcl;
  readonly description: string;
  /** @default - it must be given */
  readonly default?: Hcl;
  readonly validations: readonly Validation[];
  /** When it brings something, as an expression; one without always does. */
  readonly when?: Hcl;
  readonly samples?: Samples;
}

/** The variable as an expression. */
export function valueOf({ name }: Pick<Input, "name">): Hcl {
  return `var.${name}`;
}
