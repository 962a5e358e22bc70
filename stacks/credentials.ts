import { roleArn } from "@keyferry/common";
import type { Account } from "../topology";

/** With which credentials Terraform reaches an account. Neither: the ambient ones. */
export interface Credentials {
  readonly profile?: string;
  readonly assumeRole?: { readonly roleArn: string; readonly sessionName: string };
}

/** In CloudTrail, what Terraform did is told from what people did by this name. */
const SESSION_NAME = "keyferry-deploy";

export function credentialsOf(account: Account, partition: string): Credentials {
  return {
    ...(account.profile === undefined ? {} : { profile: account.profile }),
    ...(account.deployRole === undefined
      ? {}
      : {
          assumeRole: {
            roleArn: roleArn(partition, account.id, account.deployRole),
            sessionName: SESSION_NAME,
          },
        }),
  };
}
