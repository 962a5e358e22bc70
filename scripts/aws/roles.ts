import { must } from "../../core/must";
import { overflowPolicyPrefix } from "../../policy";
import type { Account } from "../../topology";
import { unlessDone } from "./already-done";
import { call, clientOf, lazily, type Entry } from "./client-config";
import type { IdentityPort, RolesPort } from "./ports";
import { sdk } from "./sdk";

/** The port on real IAM; `region` only selects the partition's endpoint. */
export function rolesPort(account: Account, region: string, entry: Entry): RolesPort {
  const site = (operation: string) => ({ operation, account: account.id, region });
  const load = lazily(() => {
    const iam = sdk.iam();
    return { iam, client: clientOf(iam.IAMClient, region, entry) };
  });
  return {
    async createServiceLinkedRole(service, customSuffix) {
      const { iam, client } = load();
      return unlessDone(() =>
        call(site(`CreateServiceLinkedRole ${service}`), () =>
          client.send(
            new iam.CreateServiceLinkedRoleCommand({ AWSServiceName: service, CustomSuffix: customSuffix }),
          ),
        ),
      );
    },
    async ownPolicies(role) {
      const { iam, client } = load();
      const list = await call(site(`ListRolePolicies ${role}`), () =>
        client.send(new iam.ListRolePoliciesCommand({ RoleName: role })),
      );
      const policies: { name: string; document: string }[] = [];
      for (const name of list.PolicyNames ?? []) {
        const answer = await call(site(`GetRolePolicy ${role} ${name}`), () =>
          client.send(new iam.GetRolePolicyCommand({ RoleName: role, PolicyName: name })),
        );
        policies.push({ name, document: decodeURIComponent(answer.PolicyDocument ?? "{}") });
      }
      const attached = await call(site(`ListAttachedRolePolicies ${role}`), () =>
        client.send(new iam.ListAttachedRolePoliciesCommand({ RoleName: role })),
      );
      for (const { PolicyName: name = "", PolicyArn } of attached.AttachedPolicies ?? []) {
        // Policies that others have attached do not belong to the foundation, and reading them may be denied.
        if (!name.startsWith(overflowPolicyPrefix(role))) continue;
        const policy = await call(site(`GetPolicy ${name}`), () =>
          client.send(new iam.GetPolicyCommand({ PolicyArn })),
        );
        const VersionId = policy.Policy?.DefaultVersionId;
        const version = await call(site(`GetPolicyVersion ${name}`), () =>
          client.send(new iam.GetPolicyVersionCommand({ PolicyArn, VersionId })),
        );
        policies.push({ name, document: decodeURIComponent(version.PolicyVersion?.Document ?? "{}") });
      }
      return policies;
    },
  };
}

/** The port on real STS. */
export function identityPort(account: Account, region: string, entry: Entry): IdentityPort {
  return {
    async callerArn() {
      const { STSClient, GetCallerIdentityCommand } = sdk.sts();
      const client = clientOf(STSClient, region, entry);
      const site = { operation: "GetCallerIdentity", account: account.id, region };
      const answer = await call(site, () => client.send(new GetCallerIdentityCommand({})));
      return must(answer.Arn, "Arn of GetCallerIdentity");
    },
  };
}
