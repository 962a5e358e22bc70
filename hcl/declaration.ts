import type { TerraformStack } from "cdktf";
import type { Input } from "./input";
import type { Hcl } from "./text";

/** What a module gives to who uses it. */
export interface Output {
  readonly description: string;
  /** A token of a construct, or an expression in `${}`. */
  readonly value: string;
}

/** A module of plain Terraform, as constructs that are made for its variables. */
export interface ModuleDeclaration {
  /** Of its directory: `customer-managed-key`. */
  readonly name: string;
  /** What it makes, in a paragraph. */
  readonly description: string;
  /** What else its user should know, as Markdown. */
  readonly notes: string;
  readonly inputs: readonly Input[];
  /** @default - none */
  readonly locals?: Readonly<Record<string, Hcl>>;
  /** A root module that uses it, complete. */
  readonly example: Hcl;
  /**
   * Makes the constructs. Called several times, so that what each variable brings can be told apart.
   * @param brings whether a variable brings something this time
   */
  readonly build: (
    stack: TerraformStack,
    brings: (input: Input) => boolean,
  ) => Readonly<Record<string, Output>>;
}
