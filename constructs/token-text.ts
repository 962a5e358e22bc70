import { Token } from "cdktf";
import { terraformText } from "../core/terraform-text";

/** A text for Terraform. A text with a token is kept, because it contains an expression; any other text is escaped. */
export function tokenText(value: string): string {
  return Token.isUnresolved(value) ? value : terraformText(value);
}
