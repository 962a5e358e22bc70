import type { Service } from "../../contract";
import { structureOperations } from "./structure";
import { policyOperations } from "./policies";
import type { OrganizationsState } from "./state";

/** AWS Organizations: its structure and its control policies. Accounts join only through the control path. */
export function organizationsService(state: OrganizationsState): Service {
  return {
    name: "organizations",
    protocol: "json",
    operations: { ...structureOperations(state), ...policyOperations(state) },
    forwarded: {},
  };
}
