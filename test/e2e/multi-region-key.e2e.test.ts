import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { DescribeKeyCommand, GetKeyPolicyCommand } from "@aws-sdk/client-kms";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { CustomerManagedKey } from "../../constructs";
import { administrator } from "../../demo/clients";
import { startRehearsal, type Rehearsal } from "../../sandbox";
import { TerraformDirectory } from "./lib/terraform-directory";

jest.setTimeout(600_000);

const ACCOUNT = "111111111111";
const REGIONS = ["eu-west-1", "eu-central-1"] as const;
const [HOME, AWAY] = REGIONS;
const FILE = "main.tf.json";
const ALIAS = "alias/two-regions";

/** A key with a replica, as one declaration; whether the key lets another account copy from it in both Regions. */
function configuration(isShared: boolean): string {
  const stack = new TerraformStack(Testing.app(), "keys");
  new AwsProvider(stack, "home", { region: HOME });
  const provider = new AwsProvider(stack, "away", { region: AWAY, alias: "away" });
  const key = new CustomerManagedKey(stack, "key", {
    alias: ALIAS,
    description: "application data of two Regions",
    multiRegion: true,
  });
  key.addReplica("away", { provider });
  if (isShared) key.grants.allowCopying({ account: "222222222222", roleName: "copier" });
  return Testing.synth(stack);
}

let cloud: Rehearsal;
let declared: string;
let directory: TerraformDirectory;
beforeAll(async () => {
  cloud = await startRehearsal({ port: 0, timeScale: 60 });
  declared = mkdtempSync(path.join(os.tmpdir(), "keyferry-two-regions-"));
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: cloud.url,
    AWS_ACCESS_KEY_ID: ACCOUNT,
    AWS_SECRET_ACCESS_KEY: "rehearsal",
  };
  writeFileSync(path.join(declared, FILE), configuration(true));
  directory = await TerraformDirectory.served(declared, env);
});
afterAll(async () => {
  await cloud.stop();
  directory.remove();
  rmSync(declared, { recursive: true, force: true });
});

const kms = (region: string) => administrator(cloud.url, ACCOUNT, region).kms;

async function keyIn(region: string) {
  const { KeyMetadata } = await kms(region).send(new DescribeKeyCommand({ KeyId: ALIAS }));
  const { Policy } = await kms(region).send(
    new GetKeyPolicyCommand({ KeyId: KeyMetadata?.KeyId, PolicyName: "default" }),
  );
  return { metadata: KeyMetadata, policy: Policy ?? "" };
}

test("a key and its replica are deployed together, and a second plan is empty", async () => {
  directory.write(FILE, configuration(false));
  await directory.apply();
  const home = await keyIn(HOME);
  const away = await keyIn(AWAY);
  expect(home.metadata).toMatchObject({ MultiRegionConfiguration: { MultiRegionKeyType: "PRIMARY" } });
  expect(away.metadata).toMatchObject({
    KeyId: home.metadata?.KeyId,
    KeyState: "Enabled",
    MultiRegionConfiguration: { MultiRegionKeyType: "REPLICA", PrimaryKey: { Region: HOME } },
  });
  expect(await directory.changes()).toEqual([]);
});

test("what the key grants later reaches the replica in the same deployment, through its own Region", async () => {
  directory.write(FILE, configuration(true));
  await directory.apply();
  const home = await keyIn(HOME);
  const away = await keyIn(AWAY);
  expect(home.policy).toContain("222222222222");
  expect(home.policy).toContain(`ec2.${HOME}.amazonaws.com`);
  expect(JSON.parse(away.policy)).toEqual(JSON.parse(home.policy.replaceAll(HOME, AWAY)));
  expect(await directory.changes()).toEqual([]);
});

test("no plan destroys the key or its replica", async () => {
  expect(await directory.failure("destroy", "-auto-approve")).toContain("prevent_destroy");
  for (const region of REGIONS) expect((await keyIn(region)).metadata?.KeyState).toBe("Enabled");
});
