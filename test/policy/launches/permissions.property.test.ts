import { CreateGrantCommand, RetireGrantCommand } from "@aws-sdk/client-kms";
import { serviceLinkedRoleArn, type LaunchingService } from "@keyferry/common";
import { grantIssuerPolicy, KEY_SHARE_ROWS, keyPolicy, type Statement } from "../../../policy";
import { LAUNCH_OPERATIONS, type LaunchOperation } from "../../../policy/launch-grants";
import { autoScaling, CONTROLLER, fleet, runInstances, spotFleet } from "./launchers";
import { IMAGES, LaunchStage, REGION, WORKERS } from "./stage";

/**
 * Every launcher with every permission of its grant or of its key policy statement: with all of them it launches; without one it fails
 * with AWS's error if EBS requires that permission.
 */

const CONTROLLER_ARN = `arn:aws:iam::${WORKERS}:role/${CONTROLLER}`;
/** Creates the grants, like Terraform. */
const DEPLOYER = "deploy";
const SERVICES: readonly LaunchingService[] = [
  "autoscaling.amazonaws.com",
  "ec2fleet.amazonaws.com",
  "spot.amazonaws.com",
  "spotfleet.amazonaws.com",
];
const GRANTEES = SERVICES.map((awsServiceName) => ({ awsServiceName }));

/** Launches under a key of another account, with the permissions that EBS requires on that key. Source: KMS developer guide, How Amazon EBS uses AWS KMS. */
const ASKED = {
  "the shared image, its volumes under the launching account's key": ["CreateGrant", "Decrypt"],
  "the shared image, its volumes under the image's key": [
    "CreateGrant",
    "Decrypt",
    "GenerateDataKeyWithoutPlaintext",
  ],
  "the account's own copy under the other account's key": ["CreateGrant", "ReEncryptFrom", "ReEncryptTo"],
} as const satisfies Readonly<Record<string, readonly LaunchOperation[]>>;

/** The same for a key of the account that launches. */
const ASKED_OF_OWN = {
  "an unencrypted image, its volumes under the key": ["CreateGrant", "GenerateDataKeyWithoutPlaintext"],
  "the account's own image under the key": ["CreateGrant", "ReEncryptFrom", "ReEncryptTo"],
} as const satisfies Readonly<Record<string, readonly LaunchOperation[]>>;

/**
 * Permissions that EBS requires in no launch. AWS's documents still list them in each of these sets, and a launch without a required
 * permission reports only "Client error on launch"; so the rows grant the complete set.
 */
const NAMED_ONLY: readonly LaunchOperation[] = ["DescribeKey", "Encrypt", "GenerateDataKey"];

type Asked = Readonly<Record<string, readonly LaunchOperation[]>>;

/** AWS's error for a launch that may not use a key. */
const OF_INSTANCE = "Client.InternalError: Client error on launch";
const OF_GROUP = `Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: ${OF_INSTANCE}`;

/** The expected outcome of every launch when one permission is missing. */
function expected(asked: Asked, failure: string, missing?: LaunchOperation): Record<string, string> {
  return Object.fromEntries(
    Object.entries(asked).map(([what, operations]) => [
      what,
      missing !== undefined && operations.includes(missing) ? failure : "running",
    ]),
  );
}

let stage: LaunchStage;
let templates: Record<keyof typeof ASKED, string>;

beforeAll(async () => {
  stage = await LaunchStage.start([CONTROLLER, DEPLOYER]);
  const shared = await stage.image(IMAGES, "base", "alias/images");
  await stage.share(shared);
  const everybody: Statement = {
    ...{ sid: "Everybody", effect: "Allow", actions: ["kms:*"], resources: ["*"] },
    principal: { AWS: [IMAGES, WORKERS].map((account) => `arn:aws:iam::${account}:root`) },
  };
  await stage.putKeyPolicy(stage.key, [everybody]);
  const copied = await stage.copy(shared, stage.key);
  templates = {
    "the shared image, its volumes under the launching account's key": await stage.template("shared", shared),
    "the shared image, its volumes under the image's key": await stage.template("under", shared, stage.key),
    "the account's own copy under the other account's key": await stage.template("copied", copied),
  };
  const keyArns = [stage.key];
  stage.allow(
    DEPLOYER,
    grantIssuerPolicy({ partition: "aws", account: WORKERS, keyArns, grantees: GRANTEES }),
  );
  allowController();
  await openKey();
});
afterAll(() => stage.stop());

/** The key policy that the owner of the images deploys, without one action in the statements for other accounts. */
function openKey(without?: string): Promise<void> {
  const statements = keyPolicy({
    ...{ partition: "aws", account: IMAGES, region: REGION, copiers: [], launches: false },
    shares: { accounts: [], roles: [CONTROLLER_ARN], organizationalUnits: [], viaServices: ["ec2"] },
    launchGrants: { issuers: [{ account: WORKERS, roleName: DEPLOYER }], grantees: GRANTEES },
  });
  return stage.putKeyPolicy(stage.key, less(statements, without));
}

const LAUNCH: Statement = { sid: "Launch", effect: "Allow", actions: ["ec2:*"], resources: ["*"] };

/** What the controller's account allows it: the same as the key policy, on the key's ARN and only through EC2. */
function allowController(without?: string): void {
  const through = { StringEquals: { "kms:ViaService": [`ec2.${REGION}.amazonaws.com`] } };
  const ofRoles = KEY_SHARE_ROWS.filter(({ id }) => id.startsWith("SharingRoles"));
  const statements = ofRoles.map(({ id, actions }): Statement => ({
    ...{ sid: id, effect: "Allow", actions, resources: [stage.key] },
    ...(actions.includes("kms:DescribeKey") ? {} : { conditions: through }),
  }));
  stage.allow(CONTROLLER, [LAUNCH, ...less(statements, without)]);
}

/** Removes an action; the statement of the key's owner, `kms:*`, is not affected. */
function less(statements: readonly Statement[], action: string | undefined): readonly Statement[] {
  return statements
    .map((statement) => ({ ...statement, actions: statement.actions.filter((one) => one !== action) }))
    .filter(({ actions }) => actions.length > 0);
}

test("every permission is either required at a launch, or only listed in AWS's documents", () => {
  const asked: readonly string[] = [...Object.values(ASKED), ...Object.values(ASKED_OF_OWN)].flat();
  expect([...new Set([...asked, ...NAMED_ONLY])].sort()).toEqual([...LAUNCH_OPERATIONS].sort());
  expect(NAMED_ONLY.filter((operation) => asked.includes(operation))).toEqual([]);
});

describe.each([
  ["an Auto Scaling group", "autoscaling.amazonaws.com", autoScaling, OF_GROUP],
  ["a Spot Instance of RunInstances", "spot.amazonaws.com", runInstances("spot"), OF_INSTANCE],
  ["a Spot Instance of an instant fleet", "spot.amazonaws.com", fleet("instant", "spot"), OF_INSTANCE],
  ["an EC2 Fleet", "ec2fleet.amazonaws.com", fleet("request", "on-demand"), OF_INSTANCE],
  ["a Spot Fleet", "spotfleet.amazonaws.com", spotFleet, OF_INSTANCE],
] as const)("%s by a grant to its service-linked role", (_name, service, launch, failure) => {
  /** Launches under a grant of operations, which ends afterwards. */
  async function outcomes(Operations: readonly LaunchOperation[]) {
    const { kms } = await stage.as(DEPLOYER);
    const { GrantId } = await kms.send(
      new CreateGrantCommand({
        KeyId: stage.key,
        GranteePrincipal: serviceLinkedRoleArn("aws", WORKERS, service),
        RetiringPrincipal: `arn:aws:iam::${WORKERS}:root`,
        Operations: [...Operations],
      }),
    );
    const found = await stage.outcomes(templates, launch);
    await kms.send(new RetireGrantCommand({ KeyId: stage.key, GrantId }));
    return found;
  }

  test("launches with all operations, and fails without the grant", async () => {
    expect(await outcomes(LAUNCH_OPERATIONS)).toEqual(expected(ASKED, failure));
    const failed = Object.keys(ASKED).map((what) => [what, failure]);
    expect(await stage.outcomes(templates, launch)).toEqual(Object.fromEntries(failed));
  });

  test.each(LAUNCH_OPERATIONS)("without %s, fails exactly where EBS requires it", async (missing) => {
    const rest = LAUNCH_OPERATIONS.filter((operation) => operation !== missing);
    expect(await outcomes(rest)).toEqual(expected(ASKED, failure, missing));
  });
});

describe.each([
  ["RunInstances of a role", runInstances("on-demand")],
  ["an instant fleet of a role, as Karpenter creates it", fleet("instant", "on-demand")],
])("%s with both halves of the permissions", (_name, launch) => {
  test("launches with all permissions", async () => {
    expect(await stage.outcomes(templates, launch)).toEqual(expected(ASKED, OF_INSTANCE));
  });

  test.each(LAUNCH_OPERATIONS)(
    "without %s in the key policy or in the role's policy, fails exactly where EBS requires it",
    async (missing) => {
      await openKey(`kms:${missing}`);
      expect(await stage.outcomes(templates, launch)).toEqual(expected(ASKED, OF_INSTANCE, missing));
      await openKey();
      allowController(`kms:${missing}`);
      expect(await stage.outcomes(templates, launch)).toEqual(expected(ASKED, OF_INSTANCE, missing));
      allowController();
    },
  );
});

describe("under a key of the account that launches", () => {
  let own: string;
  let ownTemplates: Record<keyof typeof ASKED_OF_OWN, string>;
  beforeAll(async () => {
    own = await stage.makeKey(WORKERS, "own");
    const plain = await stage.image(WORKERS, "plain");
    const encrypted = await stage.image(WORKERS, "encrypted", "alias/own");
    ownTemplates = {
      "an unencrypted image, its volumes under the key": await stage.template("plain", plain, own),
      "the account's own image under the key": await stage.template("encrypted", encrypted),
    };
    stage.allow(CONTROLLER, [LAUNCH]);
  });

  describe.each([
    ["an Auto Scaling group by the home key's policy", { launches: true }, autoScaling, OF_GROUP],
    [
      "a role without permissions on keys by the policy of the EBS default key",
      { launches: false, ebsDefault: true },
      runInstances("on-demand"),
      OF_INSTANCE,
    ],
  ])("%s", (_name, users, launch, failure) => {
    const open = (without?: string) => {
      const place = { partition: "aws", account: WORKERS, region: REGION };
      return stage.putKeyPolicy(own, less(keyPolicy({ ...place, copiers: [], ...users }), without));
    };

    test("launches with all permissions", async () => {
      await open();
      expect(await stage.outcomes(ownTemplates, launch)).toEqual(expected(ASKED_OF_OWN, failure));
    });

    test.each(LAUNCH_OPERATIONS)("without %s, fails exactly where EBS requires it", async (missing) => {
      await open(`kms:${missing}`);
      expect(await stage.outcomes(ownTemplates, launch)).toEqual(expected(ASKED_OF_OWN, failure, missing));
    });
  });
});
