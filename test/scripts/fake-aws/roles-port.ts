import type { RolesPort } from "../../../scripts/aws";
import type { Account } from "../../../topology";
import type { Change, Guard } from "./call";
import type { FakeCloud } from "./fake-cloud";

export function rolesPort(cloud: FakeCloud, account: Account, guard: Guard, change: Change): RolesPort {
  return {
    createServiceLinkedRole: (service) =>
      change(account, "global", "CreateServiceLinkedRole", () => {
        const key = `${account.id} ${service}`;
        const isNew = !cloud.serviceLinkedRoles.has(key);
        cloud.serviceLinkedRoles.add(key);
        return isNew;
      }),
    ownPolicies: async (role) => {
      guard(account, "global", "ListRolePolicies");
      return cloud.rolePolicies.get(`${account.id} ${role}`) ?? [];
    },
  };
}
