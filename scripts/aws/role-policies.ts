import type { Account } from "../../topology";
import { isAwsError } from "./aws-error";
import type { RolePoliciesPort } from "./bucket-ports";
import { call, clientOf, lazily, type Entry } from "./client-config";
import { sdk } from "./sdk";

/** The port on real IAM; `region` only selects the partition's endpoint. */
export function rolePoliciesPort(account: Account, region: string, entry: Entry): RolePoliciesPort {
  const site = (operation: string) => ({ operation, account: account.id, region });
  const load = lazily(() => {
    const iam = sdk.iam();
    return { iam, client: clientOf(iam.IAMClient, region, entry) };
  });
  return {
    async role(RoleName) {
      const { iam, client } = load();
      const found = await lookedUp(() =>
        call(site(`GetRole ${RoleName}`), () => client.send(new iam.GetRoleCommand({ RoleName }))),
      );
      if (found?.Role === undefined) return undefined;
      const { PolicyNames = [] } = await call(site(`ListRolePolicies ${RoleName}`), () =>
        client.send(new iam.ListRolePoliciesCommand({ RoleName })),
      );
      const policies: { name: string; document: string }[] = [];
      for (const PolicyName of PolicyNames) {
        const { PolicyDocument = "%7B%7D" } = await call(
          site(`GetRolePolicy ${RoleName} ${PolicyName}`),
          () => client.send(new iam.GetRolePolicyCommand({ RoleName, PolicyName })),
        );
        policies.push({ name: PolicyName, document: decodeURIComponent(PolicyDocument) });
      }
      const { AttachedPolicies = [] } = await call(site(`ListAttachedRolePolicies ${RoleName}`), () =>
        client.send(new iam.ListAttachedRolePoliciesCommand({ RoleName })),
      );
      return {
        trust: decodeURIComponent(found.Role.AssumeRolePolicyDocument ?? "%7B%7D"),
        policies,
        attached: AttachedPolicies.map(({ PolicyName = "" }) => PolicyName),
        hasBoundary: found.Role.PermissionsBoundary !== undefined,
      };
    },
  };
}

async function lookedUp<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (isAwsError(error, "NoSuchEntity", "NoSuchEntityException")) return undefined;
    throw error;
  }
}
