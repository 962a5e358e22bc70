import { formatArn, parseArn } from "@keyferry/common";

/** A key and every name with which something can refer to it. */
export interface KeyNames {
  readonly arn: string;
  /** With their prefix: `alias/app-data`. */
  readonly aliases: readonly string[];
}

/** Whether a value from a service refers to the key: its ARN or id, or an alias or the alias's ARN. */
export function isNamed({ arn, aliases }: KeyNames, value: string | undefined): boolean {
  if (value === undefined || value === "") return false;
  const parsed = parseArn(arn);
  if (value === arn || parsed === undefined) return value === arn;
  const aliasArns = aliases.map((resource) => formatArn({ ...parsed, resource }));
  return [parsed.resource.replace(/^key\//, ""), ...aliases, ...aliasArns].includes(value);
}
