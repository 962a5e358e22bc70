import { CancelSpotFleetRequestsCommand, RequestSpotFleetCommand } from "@aws-sdk/client-ec2";
import { deployPolicy } from "../../../policy/deploy-policy";
import { keyUsesPort } from "../../../scripts/aws/key-uses";
import { resolveTopology, type Place } from "../../../topology";
import { administratorOf } from "../../../packages/emulator/test/lib/cloud";
import { LaunchStage, REGION, WORKERS } from "../../policy/launches/stage";

/** Spot Fleet requests with their own launch specifications, as users of a key, read from the emulator through the SDK. */

let stage: LaunchStage;
let key: string;
let before: NodeJS.ProcessEnv;
const made: Record<string, string> = {};

beforeAll(async () => {
  before = { ...process.env };
  stage = await LaunchStage.start(["deploy"]);
  process.env["AWS_ENDPOINT_URL"] = stage.cloud.url;
  key = await stage.makeKey(WORKERS, "own");
  const plain = await stage.image(WORKERS, "plain");
  const encrypted = await stage.image(WORKERS, "encrypted", "alias/own");
  made["names the key"] = await request(plain, key);
  made["names its alias"] = await request(plain, "alias/own");
  made["launches an image under it"] = await request(encrypted);
  made["has nothing under it"] = await request(plain);
  made["is cancelled"] = await request(encrypted, key);
  const cancelled = { SpotFleetRequestIds: [made["is cancelled"]], TerminateInstances: true };
  await stage.admins.of(WORKERS, REGION).ec2.send(new CancelSpotFleetRequestsCommand(cancelled));
});
afterAll(async () => {
  process.env = before;
  await stage.stop();
});

async function request(ImageId: string, KmsKeyId?: string): Promise<string> {
  const devices = [{ DeviceName: "/dev/xvda", Ebs: { Encrypted: true, KmsKeyId } }];
  const { SpotFleetRequestId = "" } = await stage.admins.of(WORKERS, REGION).ec2.send(
    new RequestSpotFleetCommand({
      SpotFleetRequestConfig: {
        IamFleetRole: `arn:aws:iam::${WORKERS}:role/aws-ec2-spot-fleet-tagging-role`,
        TargetCapacity: 1,
        LaunchSpecifications: [
          {
            ...{ ImageId, InstanceType: "t3.micro" },
            ...(KmsKeyId === undefined ? {} : { BlockDeviceMappings: devices }),
          },
        ],
      },
    }),
  );
  return SpotFleetRequestId;
}

async function launchesUnder(credentials: Awaited<ReturnType<LaunchStage["cloud"]["session"]>>) {
  const { accounts } = resolveTopology({
    name: "named",
    accounts: { workers: { id: WORKERS } },
    keys: { own: { account: "workers", regions: [REGION] } },
  });
  const place = { account: accounts[0], region: REGION } as Place;
  // The cloud's clock is days ahead: the SDK corrects for that, and retries refused calls.
  const time = { now: Date.now, sleep: () => Promise.resolve() };
  const port = keyUsesPort(place, { credentials: () => Promise.resolve(credentials), time });
  const [evidence] = await port.find({ arn: key, aliases: ["alias/own"] }, ["launches"]);
  return evidence;
}

test("finds requests by the key, its alias or an image that it encrypts, unless they are cancelled", async () => {
  const evidence = await launchesUnder(administratorOf(WORKERS));
  const found = evidence?.holders.map(({ type, id }) => `${type} ${id}`);
  expect(found?.sort()).toEqual(
    ["names the key", "names its alias", "launches an image under it"]
      .map((what) => `spot-fleet-request ${made[what]}`)
      .sort(),
  );
});

test("the deploy role can read them, and without the permission they are reported as not checked", async () => {
  const role = `arn:aws:iam::${WORKERS}:role/deploy`;
  const statements = deployPolicy({
    ...{ partition: "aws", account: WORKERS, topology: "named", launches: false },
  } as Parameters<typeof deployPolicy>[0]).filter(({ sid }) => sid === "LookForKeyUsers");
  stage.allow("deploy", statements);
  const seen = await launchesUnder(await stage.cloud.session(WORKERS, role));
  expect([seen?.refused, seen?.holders.length]).toEqual([undefined, 3]);
  const less = (one: string) => one !== "ec2:DescribeSpotFleetRequests";
  stage.allow(
    "deploy",
    statements.map((statement) => ({ ...statement, actions: statement.actions.filter(less) })),
  );
  const unseen = await launchesUnder(await stage.cloud.session(WORKERS, role));
  expect(unseen?.refused?.message).toContain("ec2:DescribeSpotFleetRequests");
});
