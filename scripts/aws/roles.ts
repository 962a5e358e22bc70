import type { Account } from "../../topology";
import { isAwsError } from "./aws-error";
import { call, clientConfig, lazily, type CredentialProvider } from "./client-config";
import type { IdentityPort, RolesPort } from "./ports";

/** The port on real IAM; `region` only chooses the partition's endpoint. */
export function rolesPort(account: Account, region: string, credentials: CredentialProvider): RolesPort {
  const site = (operation: string) => ({ operation, account: account.id, region });
  const load = lazily(async () => {
    const sdk = await import("@aws-sdk/client-iam");
    return { sdk, client: new sdk.IAMClient(clientConfig(region, credentials)) };
  });
  return {
    async createServiceLinkedRole(service) {
      const { sdk, client } = await load();
      try {
        await call(site(`CreateServiceLinkedRole ${service}`), () =>
          client.send(new sdk.CreateServiceLinkedRoleCommand({ AWSServiceName: service })),
        );
        return true;
      } catch (error) {
        // IAM has no other way of saying that the role is there.
        const isThere =
          isAwsError(error, "InvalidInput", "InvalidInputException") &&
          error.answer.message.includes("has been taken in this account");
        if (isThere) return false;
        throw error;
      }
    },
    async inlinePolicies(role) {
      const { sdk, client } = await load();
      const list = await call(site(`ListRolePolicies ${role}`), () =>
        client.send(new sdk.ListRolePoliciesCommand({ RoleName: role })),
      );
      const policies: { name: string; document: string }[] = [];
      for (const name of list.PolicyNames ?? []) {
        const answer = await call(site(`GetRolePolicy ${role} ${name}`), () =>
          client.send(new sdk.GetRolePolicyCommand({ RoleName: role, PolicyName: name })),
        );
        policies.push({ name, document: decodeURIComponent(answer.PolicyDocument ?? "{}") });
      }
      return policies;
    },
  };
}

/** The port on real STS. */
export function identityPort(account: Account, region: string, credentials: CredentialProvider): IdentityPort {
  return {
    async callerArn() {
      const { STSClient, GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
      const client = new STSClient(clientConfig(region, credentials));
      const site = { operation: "GetCallerIdentity", account: account.id, region };
      return (await call(site, () => client.send(new GetCallerIdentityCommand({})))).Arn ?? "";
    },
  };
}
