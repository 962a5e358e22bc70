import { CopyImageCommand, DescribeImagesCommand } from "@aws-sdk/client-ec2";
import { CreateGrantCommand, GetKeyPolicyCommand } from "@aws-sdk/client-kms";
import { serviceLinkedRoleArn } from "@keyferry/common";
import { keyPolicy, type Statement } from "../../../policy";
import { CONTROLLER, runInstances } from "./launchers";
import { IMAGES, LaunchStage, REGION, WORKERS } from "./stage";

/**
 * A role that copies, launches or creates grants is deleted and created again with the same name, which is a different principal to AWS. The
 * account of the key has nothing to change: its policy names the account, with a condition on the role's ARN.
 */

const COPIER = "runner";
const DEPLOYER = "deploy";
const GRANTEES = [{ awsServiceName: "spot.amazonaws.com" }] as const;
const arnOf = (role: string) => `arn:aws:iam::${WORKERS}:role/${role}`;

let stage: LaunchStage;
let image: string;
let own: string;
let template: string;
let made = 0;

beforeAll(async () => {
  stage = await LaunchStage.start([COPIER, CONTROLLER, DEPLOYER]);
  image = await stage.image(IMAGES, "base", "alias/images");
  await stage.share(image);
  own = await stage.makeKey(WORKERS, "own");
  template = await stage.template("shared", image);
});
afterAll(() => stage.stop());

/** The key policy that the account of the key deploys. */
const deployed = (): readonly Statement[] =>
  keyPolicy({
    ...{ partition: "aws", account: IMAGES, region: REGION, launches: false },
    copiers: [{ account: WORKERS, runnerRole: COPIER }],
    shares: { accounts: [], roles: [arnOf(CONTROLLER)], organizationalUnits: [], viaServices: ["ec2"] },
    launchGrants: { issuers: [{ account: WORKERS, roleName: DEPLOYER }], grantees: GRANTEES },
  });

/** The same, with each role as the principal instead of the account and a condition. */
function namingRoles(statements: readonly Statement[]): readonly Statement[] {
  return statements.map((statement) => {
    const { ArnEquals, ...conditions } = statement.conditions ?? {};
    const roles = ArnEquals?.["aws:PrincipalArn"];
    if (roles === undefined) return statement;
    return { ...statement, principal: { AWS: roles as readonly string[] }, conditions };
  });
}

async function copies(): Promise<string | undefined> {
  const { ec2 } = await stage.as(COPIER);
  const { ImageId = "" } = await ec2.send(
    new CopyImageCommand({
      ...{ SourceImageId: image, SourceRegion: REGION, Name: `copy-${++made}` },
      ...{ Encrypted: true, KmsKeyId: own },
    }),
  );
  await stage.cloud.clock.advance(24 * 3600);
  const { Images } = await ec2.send(new DescribeImagesCommand({ ImageIds: [ImageId] }));
  return Images?.[0]?.State === "available" ? "works" : Images?.[0]?.StateReason?.Message;
}

async function launches(): Promise<string | undefined> {
  const { only } = await stage.outcomes({ only: template }, runInstances("on-demand"));
  return only === "running" ? "works" : only;
}

async function grants(): Promise<string> {
  const { kms } = await stage.as(DEPLOYER);
  const command = new CreateGrantCommand({
    KeyId: stage.key,
    GranteePrincipal: serviceLinkedRoleArn("aws", WORKERS, "spot.amazonaws.com"),
    Operations: ["Decrypt"],
  });
  return kms.send(command).then(
    () => "works",
    (error: Error) => error.name,
  );
}

async function policyOfKey(): Promise<string | undefined> {
  const { kms } = stage.admins.of(IMAGES, REGION);
  return (await kms.send(new GetKeyPolicyCommand({ KeyId: stage.key }))).Policy;
}

describe.each([
  ["a runner role that copies", COPIER, copies, /Given key ID is not accessible$/],
  ["a role that the key is shared with and that launches", CONTROLLER, launches, /Client error on launch/],
  ["a deploy role that creates grants", DEPLOYER, grants, /^AccessDeniedException$/],
])("%s", (_what, role, work, refused) => {
  const everything: Statement = {
    ...{ sid: "Everything", effect: "Allow", actions: ["ec2:*", "kms:*"], resources: ["*"] },
  };
  beforeEach(() => stage.allow(role, [everything]));

  test("continues to work after it is created again, without a change of the key policy", async () => {
    await stage.putKeyPolicy(stage.key, deployed());
    const before = await policyOfKey();
    expect(await work()).toBe("works");
    stage.recreate(role);
    expect(await work()).toBe("works");
    expect(await policyOfKey()).toBe(before);
  });

  test("is refused permanently by a policy that names it, after it is created again", async () => {
    await stage.putKeyPolicy(stage.key, namingRoles(deployed()));
    expect(await work()).toBe("works");
    stage.recreate(role);
    expect(await work()).toMatch(refused);
    expect(await policyOfKey()).toMatch(/"AROA\w+"/);
  });
});
