import { roleArn } from "@keyferry/common";
import type { Account } from "../topology";

/** The credentials that Terraform uses for an account. Neither: the ambient ones. */
export interface Credentials {
  readonly profile?: string;
  readonly assumeRole?: { readonly roleArn: string; readonly sessionName: string };
}

/** In CloudTrail, this session name distinguishes Terraform's actions from those of people. */
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
