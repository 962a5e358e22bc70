import { type Arn, formatArn, keyArn, parseArn } from "@keyferry/common";
import type { AccessRequest } from "@keyferry/evaluator";
import type { ProofCall } from "./call";
import { NOBODY, type Outside } from "./outside";
import { refusersOf } from "./refuser";

/** Resources that no copy job uses, instead of the call's resource; the identity policy must refuse them. */
export function otherResources(
  { request }: ProofCall,
  outside: Outside,
): readonly Pick<AccessRequest, "resource" | "resourceAccount">[] {
  const arn = parseArn(request.resource);
  if (arn === undefined || !refusersOf(request).includes("identity")) return NONE;
  return strangersOf(arn, outside).map(({ resource, account = request.resourceAccount }) => ({
    resource,
    resourceAccount: account,
  }));
}

const NONE: readonly never[] = [];

const NO_KEY = "00000000-0000-4000-8000-000000000000";

function strangersOf(arn: Arn, outside: Outside): readonly { resource: string; account?: string }[] {
  const { service, region, account, resource } = arn;
  switch (service) {
    case "kms":
      return [
        { resource: keyArn(region, outside.account, NO_KEY), account: outside.account },
        { resource: keyArn(region, account, NO_KEY) },
      ];
    case "autoscaling":
      return [
        { resource: formatArn({ ...arn, resource: `${resource}-${NOBODY}` }) },
        { resource: formatArn({ ...arn, region: outside.region }) },
      ];
    case "ec2":
      return [{ resource: formatArn({ ...arn, region: outside.region }) }];
    case "rds":
      return [
        { resource: formatArn({ ...arn, region: outside.region }) },
        { resource: formatArn({ ...arn, account: outside.account }), account: outside.account },
      ];
    case "ssm":
      return [`keyferry-${NOBODY}`, `keyferry/${NOBODY}/web/lease`, NOBODY]
        .map((name) => ({ resource: formatArn({ ...arn, resource: `parameter/${name}` }) }))
        .concat({ resource: formatArn({ ...arn, region: outside.region }) });
    case "s3": {
      const [, ...key] = resource.split("/");
      return [{ resource: formatArn({ ...arn, resource: ["keyferry-nobody", ...key].join("/") }) }];
    }
    case "iam":
      return [
        { resource: formatArn({ ...arn, resource: `${resource}-${NOBODY}` }) },
        { resource: formatArn({ ...arn, account: outside.account }), account: outside.account },
      ];
    default:
      return [];
  }
}
