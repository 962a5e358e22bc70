import { Token } from "cdktf";
import { terraformText } from "../core/terraform-text";

/** What a plan reads is an expression of Terraform's, and only ours holds any. */
export function tokenText(value: string): string {
  return Token.isUnresolved(value) ? value : terraformText(value);
}
