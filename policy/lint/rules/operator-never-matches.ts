import { inStatement, judge } from "../judge";
import type { ConditionItem } from "../policy";
import { isKey, operatorName } from "../statement";
import { words } from "../actions/words";
import type { Rule } from "../types";

/** Condition keys whose values are strings, and neither ARNs nor true or false. */
const TEXT_KEYS = words(`
  aws:PrincipalAccount aws:PrincipalOrgID aws:PrincipalOrgPaths aws:PrincipalServiceName aws:PrincipalType
  aws:RequestedRegion aws:ResourceAccount aws:ResourceOrgID aws:SourceAccount aws:SourceVpc aws:SourceVpce
  ec2:CreateAction ec2:Owner kms:CallerAccount kms:GrantConstraintType kms:GrantOperations kms:KeyOrigin
  kms:KeySpec kms:KeyUsage kms:RequestAlias kms:ResourceAliases kms:ViaService kms:WrappingAlgorithm
`);
const ARN_KEYS = ["aws:PrincipalArn", "aws:SourceArn", "kms:GranteePrincipal", "kms:RetiringPrincipal"];
const ADDRESS_KEYS = ["aws:SourceIp", "aws:VpcSourceIp"];

export const operatorNeverMatches: Rule = {
  id: "operator-never-matches",
  appliesTo: "any",
  title: "a condition operator that can never match this key or value",
  explanation:
    "AWS accepts any operator on any key; an operator of the wrong type never matches, so the statement never takes effect (with a negated operator, it always does)",
  fix: "use String... for strings, Arn... for ARNs, Bool for true and false, Numeric... for numbers, Date... for dates and IpAddress for addresses",
  source: "IAM user guide, IAM JSON policy elements: Condition operators",
  check: ({ statements }) =>
    judge(
      statements.flatMap((statement) => statement.conditions.map((condition) => ({ statement, condition }))),
      ({ statement, condition }) => {
        const wrong = wrongKey(condition) ?? wrongValue(condition);
        return wrong === undefined ? [] : [inStatement(statement, wrong, condition.place)];
      },
    ),
};

function wrongKey(condition: ConditionItem): string | undefined {
  const { base } = operatorName(condition.operator);
  const isText = isKey(condition, TEXT_KEYS);
  const isArn = isKey(condition, ARN_KEYS);
  const wrong =
    (/^(Bool|Date)/.test(base) && (isText || isArn || isKey(condition, ADDRESS_KEYS))) ||
    (/^(Not)?IpAddress$/.test(base) && (isText || isArn)) ||
    (/^Arn/.test(base) && isText);
  return wrong ? `${condition.operator} on ${condition.key}` : undefined;
}

/** By family of operators, the format of a value. */
const FORMS: readonly (readonly [family: RegExp, form: RegExp, is: string])[] = [
  [/^(Bool|Null)$/, /^(true|false)$/i, "neither true nor false"],
  [/^Numeric/, /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i, "not a number"],
  [/^Date/, /^\d{4}(-\d\d(-\d\d(T.*)?)?)?$|^\d{5,}(\.\d+)?$/, "not a date"],
  [/^Arn/, /^(\*|arn:)/, "not an ARN"],
  [/^(Not)?IpAddress$/, /^[0-9a-f.:]+(\/\d{1,3})?$/i, "not an IP address or CIDR block"],
];

function wrongValue({ operator, values }: ConditionItem): string | undefined {
  const { base } = operatorName(operator);
  const [, form, is] = FORMS.find(([family]) => family.test(base)) ?? [];
  const wrong = values.find(({ text }) => form?.test(text) === false && !text.includes("${"));
  return wrong === undefined ? undefined : `"${wrong.text}" in ${operator} is ${is}`;
}
