import {
  CreateFleetCommand,
  CreateLaunchTemplateCommand,
  DescribeInstancesCommand,
  EC2Client,
  RequestSpotFleetCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { CreateRoleCommand, CreateServiceLinkedRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  KMSClient,
  PutKeyPolicyCommand,
  RetireGrantCommand,
} from "@aws-sdk/client-kms";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { serviceLinkedRoleArn, type LaunchingService } from "@keyferry/common";
import {
  grantIssuerPolicy,
  KEY_SHARE_ROWS,
  keyPolicy,
  proofTarget,
  renderPolicy,
  type Statement,
} from "../../policy";
import { LAUNCH_OPERATIONS } from "../../policy/launch-grants";
import {
  Administrators,
  makeImage,
  shareImage,
  startVirtualCloud,
  type VirtualCloud,
} from "../_helpers/virtual";

/** Every kind of principal that launches an image that another account shares, under that account's key: which half each one needs. */

jest.setTimeout(240_000);

const IMAGES = "111111111111";
const WORKERS = "222222222222";
const REGION = "eu-central-1";
/** The role that launches, as Karpenter's controller does. */
const CONTROLLER = { name: "controller", arn: `arn:aws:iam::${WORKERS}:role/controller` };
/** The role that creates the grants, as Terraform does. */
const DEPLOYER = { name: "deploy", arn: `arn:aws:iam::${WORKERS}:role/deploy` };
const SERVICES: readonly LaunchingService[] = [
  "spot.amazonaws.com",
  "ec2fleet.amazonaws.com",
  "spotfleet.amazonaws.com",
];
const GRANTEES = SERVICES.map((awsServiceName) => ({ awsServiceName }));
/** The volumes end under the launching account's EBS default key: the other account's snapshot is only read. */
const NEEDED = ["kms:CreateGrant", "kms:Decrypt"];

let cloud: VirtualCloud;
let admins: Administrators;
let key: string;
let imageId: string;
let template: string;
let controller: EC2Client;
let deployer: KMSClient;

beforeAll(async () => {
  cloud = await startVirtualCloud(WORKERS);
  admins = new Administrators(cloud.url);
  const { kms } = admins.of(IMAGES, REGION);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  key = KeyMetadata?.Arn ?? "";
  await kms.send(new CreateAliasCommand({ AliasName: "alias/images", TargetKeyId: key }));
  imageId = await sharedImage();
  const workers = admins.of(WORKERS, REGION);
  for (const AWSServiceName of SERVICES)
    await workers.iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName }));
  for (const { name } of [CONTROLLER, DEPLOYER]) await createRole(name);
  await openKey();
  await allowController();
  await put(DEPLOYER.name, grantIssuerPolicy({ ...OWNER_OF_ROLES, keyArns: [key], grantees: GRANTEES }));
  controller = new EC2Client(await sessionOf(CONTROLLER.arn));
  deployer = new KMSClient(await sessionOf(DEPLOYER.arn));
  const LaunchTemplateData = { ImageId: imageId, InstanceType: "t3.micro" } as const;
  const { LaunchTemplate } = await workers.ec2.send(
    new CreateLaunchTemplateCommand({ LaunchTemplateName: "workers", LaunchTemplateData }),
  );
  template = LaunchTemplate?.LaunchTemplateId ?? "";
});
afterAll(async () => {
  expect(cloud.defects).toEqual([]);
  await cloud.stop();
});

const OWNER_OF_ROLES = { partition: "aws", account: WORKERS };

async function sharedImage(): Promise<string> {
  const place = { account: { id: IMAGES }, region: REGION } as Parameters<typeof makeImage>[2];
  const made = await makeImage(cloud, admins, place, "base", [{ sizeGiB: 1, keyAlias: "alias/images" }]);
  await shareImage(admins, place, made, WORKERS);
  return made;
}

/** Deploys the key policy of the images' owner, without one of the actions that other accounts may call. */
async function openKey(without?: string): Promise<void> {
  const statements = keyPolicy({
    ...{ partition: "aws", account: IMAGES, region: REGION, copiers: [], launches: false },
    shares: { accounts: [], roles: [CONTROLLER.arn], organizationalUnits: [], viaServices: ["ec2"] },
    launchGrants: { issuers: [{ account: WORKERS, roleName: DEPLOYER.name }], grantees: GRANTEES },
  });
  const Policy = JSON.stringify(renderPolicy(less(statements, without), proofTarget));
  await admins
    .of(IMAGES, REGION)
    .kms.send(new PutKeyPolicyCommand({ KeyId: key, PolicyName: "default", Policy }));
}

/** Allows the controller in its own account: the same actions, on the key's ARN and only through EC2. */
async function allowController(without?: string): Promise<void> {
  const actions = KEY_SHARE_ROWS.filter(({ id }) => id.startsWith("SharingRoles")).flatMap(
    (row) => row.actions,
  );
  const through = { StringEquals: { "kms:ViaService": [`ec2.${REGION}.amazonaws.com`] } };
  const forAws = { Bool: { "kms:GrantIsForAWSResource": ["true"] } };
  const onKey = { effect: "Allow", resources: [key] } as const;
  const statements: readonly Statement[] = [
    { sid: "Launch", effect: "Allow", actions: ["ec2:*"], resources: ["*"] },
    { ...onKey, sid: "GrantToEbs", actions: ["kms:CreateGrant"], conditions: { ...through, ...forAws } },
    {
      ...onKey,
      sid: "UseThroughEc2",
      actions: actions.filter((action) => action !== "kms:CreateGrant"),
      conditions: through,
    },
  ];
  await put(CONTROLLER.name, less(statements, without));
}

function less(statements: readonly Statement[], action: string | undefined): readonly Statement[] {
  return statements
    .map((statement) => ({ ...statement, actions: statement.actions.filter((one) => one !== action) }))
    .filter(({ actions }) => actions.length > 0);
}

async function createRole(RoleName: string): Promise<void> {
  const trust = {
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${WORKERS}:root` },
    Action: "sts:AssumeRole",
  };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
  await admins.of(WORKERS, REGION).iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
}

async function put(RoleName: string, statements: readonly Statement[]): Promise<void> {
  const PolicyDocument = JSON.stringify(renderPolicy(statements, proofTarget));
  await admins
    .of(WORKERS, REGION)
    .iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "work", PolicyDocument }));
}

async function sessionOf(RoleArn: string) {
  const endpoint = { endpoint: cloud.url, region: REGION };
  const sts = new STSClient({
    ...endpoint,
    credentials: { accessKeyId: WORKERS, secretAccessKey: "rehearsal" },
  });
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "test" }));
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
  return {
    ...endpoint,
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    },
  };
}

/** The states of the instances that `launch` starts in the account: `running`, or the reason for the failure. */
async function launched(launch: () => Promise<unknown>): Promise<readonly (string | undefined)[]> {
  const { ec2 } = admins.of(WORKERS, REGION);
  const instances = async () => {
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
    return Reservations.flatMap(({ Instances = [] }) => Instances);
  };
  const before = new Set((await instances()).map(({ InstanceId }) => InstanceId));
  await launch();
  await cloud.cloudClock.advance(180);
  return (await instances())
    .filter(({ InstanceId }) => !before.has(InstanceId))
    .map(({ State, StateReason }) => (State?.Name === "running" ? "running" : StateReason?.Message));
}

const FAILED = ["Client.InternalError: Client error on launch"];
const ONE = { MinCount: 1, MaxCount: 1 };
const run = (spot: boolean) => () =>
  controller.send(
    new RunInstancesCommand({
      ...{ LaunchTemplate: { LaunchTemplateId: template }, ...ONE },
      ...(spot ? { InstanceMarketOptions: { MarketType: "spot" } } : {}),
    }),
  );
const fleet = (Type: "instant" | "request", DefaultTargetCapacityType: "on-demand" | "spot") => () =>
  controller.send(
    new CreateFleetCommand({
      Type,
      LaunchTemplateConfigs: [
        { LaunchTemplateSpecification: { LaunchTemplateId: template, Version: "$Latest" } },
      ],
      TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType },
    }),
  );

/** Requested by the account's administrator, because it also requires permission to pass a role. */
const spotFleet = () =>
  admins.of(WORKERS, REGION).ec2.send(
    new RequestSpotFleetCommand({
      SpotFleetRequestConfig: {
        IamFleetRole: `arn:aws:iam::${WORKERS}:role/aws-ec2-spot-fleet-tagging-role`,
        Type: "request",
        TargetCapacity: 1,
        LaunchTemplateConfigs: [
          { LaunchTemplateSpecification: { LaunchTemplateId: template, Version: "$Latest" } },
        ],
      },
    }),
  );

describe.each([
  ["RunInstances of a role", run(false)],
  ["an instant fleet of a role, as Karpenter makes it", fleet("instant", "on-demand")],
])("%s", (_name, launch) => {
  test("launches with both halves: the key is shared with the role, and its account's IAM allows it", async () => {
    expect(await launched(launch)).toEqual(["running"]);
  });

  test.each(NEEDED)("fails without %s in the key's policy, and without it in the role's", async (action) => {
    await openKey(action);
    expect(await launched(launch)).toEqual(FAILED);
    await openKey();
    await allowController(action);
    expect(await launched(launch)).toEqual(FAILED);
    await allowController();
    expect(await launched(launch)).toEqual(["running"]);
  });
});

describe.each([
  ["a Spot Instance of RunInstances", "spot.amazonaws.com", run(true)],
  ["a Spot Instance of an instant fleet", "spot.amazonaws.com", fleet("instant", "spot")],
  ["a request fleet", "ec2fleet.amazonaws.com", fleet("request", "on-demand")],
  ["a Spot Fleet", "spotfleet.amazonaws.com", spotFleet],
] as const)("%s", (_name, service, launch) => {
  test("launches with only a grant to the service-linked role, which its account creates and retires", async () => {
    expect(await launched(launch)).toEqual(FAILED);
    const { GrantId } = await deployer.send(
      new CreateGrantCommand({
        KeyId: key,
        GranteePrincipal: serviceLinkedRoleArn("aws", WORKERS, service),
        RetiringPrincipal: `arn:aws:iam::${WORKERS}:root`,
        Operations: [...LAUNCH_OPERATIONS],
      }),
    );
    expect(await launched(launch)).toEqual(["running"]);
    await deployer.send(new RetireGrantCommand({ KeyId: key, GrantId }));
    expect(await launched(launch)).toEqual(FAILED);
  });

  test.each(["CreateGrant", "Decrypt"] as const)("fails with a grant without %s", async (operation) => {
    const { GrantId } = await deployer.send(
      new CreateGrantCommand({
        KeyId: key,
        GranteePrincipal: serviceLinkedRoleArn("aws", WORKERS, service),
        RetiringPrincipal: `arn:aws:iam::${WORKERS}:root`,
        Operations: LAUNCH_OPERATIONS.filter((one) => one !== operation),
      }),
    );
    expect(await launched(launch)).toEqual(FAILED);
    await deployer.send(new RetireGrantCommand({ KeyId: key, GrantId }));
  });
});
