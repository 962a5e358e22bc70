import { readTemplate } from "./template-text";

interface OtherForm {
  readonly begins: RegExp;
  readonly what: string;
  readonly fix: string;
}

/** Files that users pass instead of a form that can be read. */
const OTHER_FORMS: readonly OtherForm[] = [
  {
    begins: /^PK\u0003\u0004/,
    what: "it is a plan in Terraform's binary format, which only Terraform can read",
    fix: "pass the output of `terraform show -json PLAN`",
  },
  {
    begins:
      /^\s*(?:(?:#|\/\/).*\s+)*(?:terraform|provider|resource|data|module|variable|locals|output)\b[^:]*\{/,
    what: "it is Terraform configuration, which does not contain the final policies",
    fix: "run `terraform plan -out PLAN`, and pass the output of `terraform show -json PLAN`",
  },
];

const TEMPLATE = /^\s*["']?Resources["']?\s*:/m;

/** Why a text cannot be read, and what to pass instead; undefined if it is not one of the known forms. */
export function otherForm(text: string): Omit<OtherForm, "begins"> | undefined {
  const start = text.slice(0, 10_000);
  return OTHER_FORMS.find(({ begins }) => begins.test(start)) ?? brokenTemplate(text);
}

function brokenTemplate(text: string): Omit<OtherForm, "begins"> | undefined {
  const { mistake } = TEMPLATE.test(text) ? readTemplate(text) : {};
  if (mistake === undefined) return undefined;
  const { line, column, what } = mistake;
  return {
    what: `it looks like a CloudFormation template, but cannot be read: line ${line}:${column}: ${what}`,
    fix: "correct the text at this line and column",
  };
}
