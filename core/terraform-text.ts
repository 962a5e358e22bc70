/**
 * A text in Terraform's JSON that is what it says: `${` and `%{` begin no expression of Terraform's. Source: Terraform
 * language, "Strings and Templates", escape sequences.
 */
export function terraformText(text: string): string {
  return text.replace(/[$%]\{/g, (start) => `${start[0]}${start}`);
}
