import type { Cloud, KeyView, OperationTable } from "../../../contract";
import { AwsError } from "../../../contract";
import { AWS_TEXTS } from "@keyferry/common";
import { anyResource } from "../access";
import { requiredText } from "../input";
import { ec2Operation } from "../operation";
import type { EbsDefaults, Ec2State } from "../state";

/** How EC2 names the AWS managed key of EBS. */
const AWS_MANAGED_EBS_ALIAS = "alias/aws/ebs";

/** EBS settings of an account in a Region. @default no encryption by default, the AWS managed key */
export function ebsDefaults(state: Ec2State, account: string, region: string): EbsDefaults {
  return (state.ebsDefaults[`${account}/${region}`] ??= { encryptByDefault: false });
}

/** The EBS default key; undefined when the key that the account chose no longer exists. */
export function defaultKey(
  state: Ec2State,
  cloud: Cloud,
  account: string,
  region: string,
): KeyView | undefined {
  const { keyArn } = ebsDefaults(state, account, region);
  if (keyArn !== undefined) return cloud.keys.find(keyArn, account, region);
  return cloud.keys.managed("aws/ebs", account, region);
}

/** Encryption by default and the EBS default key. */
export function ebsDefaultOperations(state: Ec2State): OperationTable {
  const settings = (call: {
    readonly caller: { readonly account: string };
    readonly region: string;
  }): EbsDefaults => ebsDefaults(state, call.caller.account, call.region);
  const switchTo = (encryptByDefault: boolean) =>
    ec2Operation({
      parameters: [],
      checks: anyResource,
      run: (call) => {
        settings(call).encryptByDefault = encryptByDefault;
        return { ebsEncryptionByDefault: encryptByDefault };
      },
    });
  return {
    EnableEbsEncryptionByDefault: switchTo(true),
    DisableEbsEncryptionByDefault: switchTo(false),
    GetEbsEncryptionByDefault: ec2Operation({
      parameters: [],
      checks: anyResource,
      run: (call) => ({ ebsEncryptionByDefault: settings(call).encryptByDefault }),
    }),
    GetEbsDefaultKmsKeyId: ec2Operation({
      parameters: [],
      checks: anyResource,
      run: (call) => ({ kmsKeyId: settings(call).keyArn ?? AWS_MANAGED_EBS_ALIAS }),
    }),
    ModifyEbsDefaultKmsKeyId: ec2Operation({
      parameters: ["KmsKeyId"],
      checks: anyResource,
      run: (call, cloud) => {
        const reference = requiredText(call.input, "KmsKeyId");
        const key = cloud.keys.find(reference, call.caller.account, call.region);
        if (key === undefined || key.region !== call.region || !key.symmetric) {
          throw new AwsError("InvalidParameterValue", AWS_TEXTS.keyNotAccessible);
        }
        settings(call).keyArn = key.arn;
        return { kmsKeyId: key.arn };
      },
    }),
    ResetEbsDefaultKmsKeyId: ec2Operation({
      parameters: [],
      checks: anyResource,
      run: (call) => {
        delete settings(call).keyArn;
        return { kmsKeyId: AWS_MANAGED_EBS_ALIAS };
      },
    }),
  };
}
