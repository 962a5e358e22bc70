import type { CustomerManagedKey, CustomerManagedKeyProps } from "../../../constructs";
import { keyOwnerPolicy, type Statement } from "../../../policy";

/** Variables of the module customer-managed-key, and the props and grants with which the construct must create the same key. */
export interface Shape {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly props?: Partial<CustomerManagedKeyProps>;
  readonly grant?: (key: CustomerManagedKey) => void;
}

const ROLE = "arn:aws:iam::333333333333:role/team/reader";
const OTHER_ROLE = "arn:aws:iam::333333333333:role/writer";
const DEPLOY = { account: "222222222222", roleName: "deploy" };
const FORMER = { account: "333333333333", roleName: "deploy" };
const COPIER = { account: "222222222222", roleName: "copier" };
const UNIT = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111";
const named = ({ account, roleName }: typeof DEPLOY) => ({ account, role_name: roleName });
const OWN: Statement = {
  sid: "Own",
  effect: "Allow",
  principal: { AWS: ["arn:aws:iam::111111111111:root"] },
  actions: ["kms:GetKeyPolicy"],
  resources: ["*"],
  conditions: { StringEquals: { "aws:PrincipalTag/team": ["audit"] } },
};
const OWN_JSON = {
  Sid: "Own",
  Effect: "Allow",
  Principal: OWN.principal,
  Action: OWN.actions,
  Resource: OWN.resources,
  Condition: OWN.conditions,
};

export const SHAPES: Readonly<Record<string, Shape>> = {
  nobody: { variables: {} },
  accounts: {
    variables: { share_with_accounts: ["222222222222", "333333333333"] },
    grant: ({ grants }) => grants.share({ accounts: ["222222222222", "333333333333"] }),
  },
  organization: {
    variables: {
      ...{ share_with_organization: "o-a1b2c3d4e5", share_with_organizational_units: [UNIT] },
      share_services: ["ec2", "s3"],
    },
    grant: ({ grants }) =>
      grants.share({
        ...{ organization: "o-a1b2c3d4e5", organizationalUnits: [UNIT] },
        viaServices: ["ec2", "s3"],
      }),
  },
  roles: {
    variables: {
      ...{ share_with_roles: [ROLE, OTHER_ROLE], decrypting_roles: [ROLE] },
      ...{ encrypting_roles: [ROLE, OTHER_ROLE], ebs_roles: [OTHER_ROLE] },
    },
    grant: ({ grants }) => {
      grants.share({ roles: [ROLE, OTHER_ROLE] });
      for (const [use, ...arns] of [
        ["decrypt", ROLE],
        ["encrypt", ROLE, OTHER_ROLE],
        ["ebs", OTHER_ROLE],
      ] as const)
        grants.allowRoles(...arns.map((roleArn) => ({ account: "333333333333", roleArn, use })));
    },
  },
  former: {
    variables: { former_grant_issuers: [named(FORMER)], database_copying_roles: [named(COPIER)] },
    grant: ({ grants }) => {
      grants.allowReadingGrants(FORMER);
      grants.allowCopyingDatabases(COPIER);
    },
  },
  everything: {
    variables: {
      ...{ enabled: false, enable_key_rotation: false, multi_region: true, deletion_window_in_days: 7 },
      ...{ share_with_accounts: ["222222222222"], share_with_roles: [ROLE], tags: { team: "web" } },
      ...{ share_with_organization: "o-a1b2c3d4e5", share_with_organizational_units: [UNIT] },
      ...{ share_services: ["rds"], decrypting_roles: [ROLE], copying_roles: [named(COPIER), named(FORMER)] },
      ...{ database_copying_roles: [named(COPIER)], allow_launching: true, allow_ebs_default: true },
      ...{ grant_issuers: [named(DEPLOY)], former_grant_issuers: [named(FORMER)] },
      grantees: [
        { aws_service_name: "autoscaling.amazonaws.com", custom_suffix: "web" },
        { aws_service_name: "spot.amazonaws.com" },
      ],
      additional_statements: [OWN_JSON],
    },
    props: {
      ...{ enabled: false, enableKeyRotation: false, multiRegion: true, deletionWindowInDays: 7 },
      ...{ tags: { team: "web" }, policy: (environment) => [...keyOwnerPolicy(environment), OWN] },
    },
    grant: ({ grants }) => {
      grants.share({
        ...{ accounts: ["222222222222"], roles: [ROLE], organization: "o-a1b2c3d4e5" },
        ...{ organizationalUnits: [UNIT], viaServices: ["rds"] },
      });
      grants.allowRoles({ account: "333333333333", roleArn: ROLE, use: "decrypt" });
      grants.allowCopying(COPIER, FORMER);
      grants.allowCopyingDatabases(COPIER);
      grants.allowLaunching();
      grants.allowEbsDefault();
      grants.allowLaunchGrants(
        [
          { awsServiceName: "autoscaling.amazonaws.com", customSuffix: "web" },
          { awsServiceName: "spot.amazonaws.com" },
        ],
        DEPLOY,
      );
      grants.allowReadingGrants(FORMER);
    },
  },
};
