/**
 * A literal text for Terraform's JSON: `${` and `%{` are escaped so that they do not begin a Terraform expression. Source: Terraform
 * language, "Strings and Templates", escape sequences.
 */
export function terraformText(text: string): string {
  return text.replace(/[$%]\{/g, (start) => `${start[0]}${start}`);
}
