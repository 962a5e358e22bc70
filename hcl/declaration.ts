import type { TerraformStack } from "cdktf";
import type { Input } from "./input";
import type { Hcl } from "./text";

/** An output of a module. */
export interface Output {
  readonly description: string;
  /** A token of a construct, or an expression in `${}`. */
  readonly value: string;
}

/** A plain Terraform module, declared as constructs that are created from its variables. */
export interface ModuleDeclaration {
  /** Name of its directory: `customer-managed-key`. */
  readonly name: string;
  /** What it creates, in a paragraph. */
  readonly description: string;
  /** Further information for users, as Markdown. */
  readonly notes: string;
  readonly inputs: readonly Input[];
  /** @default - none */
  readonly locals?: Readonly<Record<string, Hcl>>;
  /** A complete root module that uses it. */
  readonly example: Hcl;
  /**
   * Creates the constructs. Called several times, to find out what each variable adds.
   * @param brings whether a variable has a value in this call
   */
  readonly build: (
    stack: TerraformStack,
    brings: (input: Input) => boolean,
  ) => Readonly<Record<string, Output>>;
}
