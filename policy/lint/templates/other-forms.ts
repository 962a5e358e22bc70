import { readTemplate } from "./template-text";

interface OtherForm {
  readonly begins: RegExp;
  readonly what: string;
  readonly fix: string;
}

/** Files that people hand over in place of what can be read. */
const OTHER_FORMS: readonly OtherForm[] = [
  {
    begins: /^PK\u0003\u0004/,
    what: "it is a plan in Terraform's own form, which only Terraform reads",
    fix: "hand over what `terraform show -json PLAN` prints",
  },
  {
    begins:
      /^\s*(?:(?:#|\/\/).*\s+)*(?:terraform|provider|resource|data|module|variable|locals|output)\b[^:]*\{/,
    what: "it is Terraform's configuration, in which policies are not written out yet",
    fix: "run `terraform plan -out PLAN`, and hand over what `terraform show -json PLAN` prints",
  },
];

const TEMPLATE = /^\s*["']?Resources["']?\s*:/m;

/** Why a text cannot be read, and what to hand over; undefined where it is none of the known forms. */
export function otherForm(text: string): Omit<OtherForm, "begins"> | undefined {
  const start = text.slice(0, 10_000);
  return OTHER_FORMS.find(({ begins }) => begins.test(start)) ?? brokenTemplate(text);
}

function brokenTemplate(text: string): Omit<OtherForm, "begins"> | undefined {
  const { mistake } = TEMPLATE.test(text) ? readTemplate(text) : {};
  if (mistake === undefined) return undefined;
  const { line, column, what } = mistake;
  return {
    what: `it looks like a CloudFormation template, and cannot be read: line ${line}:${column}: ${what}`,
    fix: "correct the text there",
  };
}
