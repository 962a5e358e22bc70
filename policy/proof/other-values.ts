import { bucketArn, parseArn, viaService } from "@keyferry/common";
import type { AccessRequest, ContextValue } from "@keyferry/evaluator";
import type { ProofCall } from "./call";
import { NOBODY, type Outside } from "./outside";
import type { DeniedCall, Refuser } from "./refuser";

const ABSENT: ContextValue = [];

function notThe(context: AccessRequest["context"], key: string): string {
  return `${NOBODY}-${String(context[key])}`;
}

/** Values of a pinned condition key with which the call must be refused. */
const WRONG_VALUES: Readonly<
  Record<string, (request: AccessRequest, outside: Outside) => readonly ContextValue[]>
> = {
  "aws:RequestTag/keyferry:topology": ({ context }) => [
    notThe(context, "aws:RequestTag/keyferry:topology"),
    ABSENT,
  ],
  "aws:RequestedRegion": (_request, { region }) => [region],
  "aws:ResourceTag/keyferry:role": () => ["final"],
  "aws:ResourceTag/keyferry:topology": ({ context }) => [
    notThe(context, "aws:ResourceTag/keyferry:topology"),
    ABSENT,
  ],
  "aws:TagKeys": ({ context }) => [...otherTagKeys(context["aws:TagKeys"]), ABSENT],
  "ec2:Add/group": () => ["all"],
  "ec2:Add/userId": ({ context }, { account }) => [[...[context["ec2:Add/userId"] ?? []].flat(), account]],
  "ec2:Attribute/Description": () => [ABSENT],
  "ec2:Attribute/ImdsSupport": () => ["v1.0", ABSENT],
  "ec2:CreateAction": () => ["RunInstances", ABSENT],
  "ec2:Owner": (_request, { account }) => [account],
  "iam:AWSServiceName": () => ["ecs.amazonaws.com", ABSENT],
  "kms:EncryptionContext:aws:s3:arn": ({ resource }) => {
    const other = bucketArn(parseArn(resource)?.partition ?? "", "keyferry-nobody");
    return [`${other}/2026/report.pdf`, other, ABSENT];
  },
  "kms:GrantIsForAWSResource": () => ["false", ABSENT],
  // A service in another Region, and another service in this Region through which Keyferry never uses a key.
  "kms:ViaService": ({ resource, context }, { region }) => [
    ABSENT,
    viaService("ec2", region),
    viaService("lambda", parseArn(resource)?.region ?? region),
    ...["rds", "s3"]
      .filter((service) => String(context["kms:ViaService"]).startsWith(`${service}.`))
      .map((service) => viaService(service, region)),
  ],
  "sts:ExternalId": ({ context }) => [notThe(context, "sts:ExternalId"), ABSENT],
};

/** If only Keyferry's tags may be set, a user's tag must be refused; if only a user's tags may be set, Keyferry's must be. */
function otherTagKeys(right: ContextValue | undefined): readonly ContextValue[] {
  const keys = [right ?? []].flat();
  const isOurs = keys.some((key) => key.startsWith("keyferry:"));
  if (!isOurs) return [[...keys, "keyferry:topology"]];
  return [["team"], ["keyferry:shared-with"], [`keyferry:shared-with:${NOBODY}/web`]];
}

export function otherValues(
  { request }: ProofCall,
  key: string,
  outside: Outside,
  refuser: Refuser,
): readonly DeniedCall[] {
  const values = WRONG_VALUES[key]?.(request, outside) ?? [ABSENT];
  return values.map((value) => ({
    what: value === ABSENT ? `without ${key}` : `with ${key} ${[value].flat().join(", ")}`,
    request: { ...request, context: { ...request.context, [key]: value } },
    refuser,
  }));
}
