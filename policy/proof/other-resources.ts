import { type Arn, formatArn, keyArn, parseArn } from "@keyferry/common";
import type { ProofCall } from "./call";
import { NOBODY, type Outside } from "./outside";
import { refusersOf, type DeniedCall } from "./refuser";

/** A resource that no copy job touches; what an identity policy says about it. */
export function otherResources({ request }: ProofCall, outside: Outside): DeniedCall[] {
  const arn = parseArn(request.resource);
  if (arn === undefined || !refusersOf(request).includes("identity")) return [];
  return strangersOf(arn, outside).map(({ resource, account }) => ({
    what: `on ${resource}`,
    request: { ...request, resource, resourceAccount: account ?? request.resourceAccount },
    refuser: "identity",
  }));
}

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
