import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  CreateImageCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { CreateAccountAliasCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand, DescribeKeyCommand } from "@aws-sdk/client-kms";
import { administrator } from "../../demo/clients";
import { startRehearsal, type Rehearsal } from "../../sandbox";
import { administratorEnvironment } from "./lib/administrator-environment";
import { printed, testWith } from "./lib/foreign-programs";

jest.setTimeout(240_000);

const SRC = "111111111111";
const DST = "222222222222";
const REGION = "eu-west-1";

let cloud: Rehearsal;
let folder: string;
const defects: unknown[] = [];
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "keyferry-foreign-"));
  writeFileSync(path.join(folder, "file"), "content");
  cloud = await startRehearsal({ port: 0, timeScale: 600, onDefect: (error) => defects.push(error) });
});
afterAll(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
  expect(defects).toEqual([]);
});

/** Runs a program with the administrator's credentials, without the settings of the user who runs the tests. */
function run(program: string, ...argv: readonly string[]): Promise<string> {
  const env = { ...administratorEnvironment(cloud.url, SRC, REGION), ...SETTINGS, HOME: folder };
  return printed(program, argv, { ...env, AWS_CA_BUNDLE: undefined }, folder);
}

const SETTINGS = {
  RESTIC_PASSWORD: "rehearsal",
  RCLONE_CONFIG: "/dev/null",
  CHECKPOINT_DISABLE: "1",
  ANSIBLE_DEPRECATION_WARNINGS: "false",
};

const file = (name: string) => readFileSync(path.join(folder, name), "utf8");
const ownImages = async () => {
  const { ec2 } = administrator(cloud.url, SRC, REGION);
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ["self"] }));
  return Images.map(({ Name, State }) => `${Name ?? ""} ${State ?? ""}`);
};

testWith(
  "s3cmd",
  "creates a bucket, and puts, lists and gets a file with its default ACL",
  async (program) => {
    const { host } = new URL(cloud.url);
    const s3cmd = (...argv: readonly string[]) =>
      run(
        program,
        "--config=/dev/null",
        `--access_key=${SRC}`,
        "--secret_key=rehearsal",
        `--host=${host}`,
        `--host-bucket=${host}`,
        `--region=${REGION}`,
        "--no-ssl",
        ...argv,
      );
    await s3cmd("mb", `--bucket-location=${REGION}`, "s3://by-s3cmd");
    await s3cmd("put", "file", "s3://by-s3cmd/a/file");
    expect(await s3cmd("ls", "-r", "s3://by-s3cmd")).toContain("s3://by-s3cmd/a/file");
    expect(await s3cmd("info", "s3://by-s3cmd/a/file")).toContain("FULL_CONTROL");
    await s3cmd("get", "s3://by-s3cmd/a/file", "from-s3cmd");
    expect(file("from-s3cmd")).toBe("content");
  },
);

testWith(
  "rclone",
  "creates a bucket, copies a file to it and back, and deletes everything",
  async (program) => {
    const remote = `:s3,provider=Other,env_auth=true,region=${REGION},endpoint='${cloud.url}':by-rclone`;
    const rclone = (...argv: readonly string[]) => run(program, "--retries=1", ...argv);
    await rclone("mkdir", remote);
    await rclone("copyto", "file", `${remote}/a/file`);
    expect(await rclone("ls", remote)).toContain("a/file");
    await rclone("copyto", `${remote}/a/file`, "from-rclone");
    expect(file("from-rclone")).toBe("content");
    await rclone("purge", remote);
    await expect(rclone("ls", remote)).rejects.toThrow();
  },
);

testWith("restic", "creates a repository, backs up, checks it and restores", async (program) => {
  const restic = (...argv: readonly string[]) => run(program, "-r", `s3:${cloud.url}/by-restic`, ...argv);
  await restic("init");
  await restic("backup", "file");
  expect(await restic("check")).toContain("no errors were found");
  await restic("restore", "latest", "--target", "restored");
  expect(file("restored/file")).toBe("content");
});

testWith(
  "aws-nuke",
  "reports what it cannot list, continues, and removes everything else in the right order",
  async (program) => {
    const account = "333333333333";
    const { ec2, iam, kms } = administrator(cloud.url, account, REGION);
    await iam.send(new CreateAccountAliasCommand({ AccountAlias: "to-be-emptied" }));
    const x86 = [{ Name: "architecture", Values: ["x86_64"] }];
    const { Images: bases } = await ec2.send(new DescribeImagesCommand({ Owners: ["amazon"], Filters: x86 }));
    const one = { InstanceType: "t3.micro", MinCount: 1, MaxCount: 1 } as const;
    const launched = await ec2.send(new RunInstancesCommand({ ImageId: bases?.[0]?.ImageId, ...one }));
    await cloud.clock.advance(300);
    const InstanceId = launched.Instances?.[0]?.InstanceId;
    await ec2.send(new CreateImageCommand({ InstanceId, Name: "by-nobody", NoReboot: true }));
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    await cloud.clock.advance(3600);
    // The program also looks up an endpoint without a service name, and uses the first match.
    const services = ["sts", "iam", "ec2", "kms", ""].map((service) => ({ service, url: cloud.url }));
    const config = {
      regions: [REGION],
      "account-blocklist": [SRC],
      accounts: { [account]: {} },
      endpoints: [{ region: REGION, services }],
    };
    writeFileSync(path.join(folder, "nuke.yml"), JSON.stringify(config));
    const types = [
      "EC2TGW",
      "EC2Instance",
      "EC2Volume",
      "EC2Image",
      "EC2Snapshot",
      "KMSKey",
      "IAMInstanceProfile",
    ];
    const told = await run(
      program,
      ...["--config=nuke.yml", `--default-region=${REGION}`, "--no-dry-run", "--force", "--force-sleep=3"],
      ...[`--access-key-id=${account}`, "--secret-access-key=rehearsal", "--max-wait-retries=8"],
      ...types.flatMap((type) => ["--target", type]),
    );
    expect(told).toMatch(/Listing EC2TGW failed:.*does not model ec2:DescribeTransitGateways/s);
    expect(told).not.toContain("Listing IAMInstanceProfile failed");
    expect(told).toContain("Nuke complete: 0 failed");
    const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ["self"] }));
    const { Snapshots } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] }));
    const { Volumes } = await ec2.send(new DescribeVolumesCommand({}));
    expect([Images, Snapshots, Volumes]).toEqual([[], [], []]);
    const { KeyMetadata: key } = await kms.send(new DescribeKeyCommand({ KeyId: KeyMetadata?.KeyId }));
    expect(key?.KeyState).toBe("PendingDeletion");
  },
);

testWith("packer", "builds an image and shares it and its snapshot with another account", async (program) => {
  const builder = {
    type: "amazon-ebs",
    region: REGION,
    custom_endpoint_ec2: cloud.url,
    access_key: SRC,
    secret_key: "rehearsal",
    skip_metadata_api_check: true,
    skip_credential_validation: true,
    source_ami_filter: { filters: { name: "al2023-ami-*-x86_64" }, owners: ["amazon"], most_recent: true },
    instance_type: "t3.micro",
    communicator: "none",
    ami_name: "by-packer",
    ami_users: [DST],
    snapshot_users: [DST],
    tags: { team: "web" },
    aws_polling: { delay_seconds: 1, max_attempts: 60 },
  };
  writeFileSync(path.join(folder, "image.json"), JSON.stringify({ builders: [builder] }));
  expect(await run(program, "build", "-color=false", "image.json")).toContain("AMIs were created");
  expect(await ownImages()).toContain("by-packer available");
  const { ec2 } = administrator(cloud.url, DST, REGION);
  const { Images } = await ec2.send(new DescribeImagesCommand({ ExecutableUsers: ["self"] }));
  expect(Images?.map(({ Name }) => Name)).toEqual(["by-packer"]);
});

testWith(
  "ansible-playbook",
  "creates an instance, an image, a bucket and a key, and removes the instance and the image",
  async (program) => {
    const tasks = [
      "amazon.aws.ec2_ami_info: { owners: amazon, filters: { architecture: x86_64 } }\n      register: found",
      `amazon.aws.ec2_instance: { name: web, image_id: "{{ found.images[0].image_id }}", instance_type: t3.micro, wait: true }\n      register: made`,
      `amazon.aws.ec2_ami: { instance_id: "{{ made.instance_ids[0] }}", name: by-ansible, wait: true, tags: { a: b } }\n      register: ami`,
      `amazon.aws.ec2_ami: { image_id: "{{ ami.image_id }}", launch_permissions: { user_ids: ["${DST}"] } }`,
      "amazon.aws.s3_bucket: { name: by-ansible, versioning: true }",
      "amazon.aws.kms_key: { alias: by-ansible }",
      `amazon.aws.ec2_ami: { image_id: "{{ ami.image_id }}", state: absent, delete_snapshot: true, wait: true }`,
      `amazon.aws.ec2_instance: { instance_ids: "{{ made.instance_ids }}", state: absent, wait: true }`,
    ];
    const head = "- hosts: localhost\n  connection: local\n  gather_facts: false\n  tasks:\n";
    writeFileSync(
      path.join(folder, "play.yml"),
      `${head}${tasks.map((task) => `    - ${task}`).join("\n")}\n`,
    );
    const interpreter = process.env["ANSIBLE_PYTHON_INTERPRETER"] ?? "auto_silent";
    const variables = ["-e", `ansible_python_interpreter=${interpreter}`];
    const told = await run(program, "-i", "localhost,", ...variables, "play.yml");
    expect(told).toMatch(/ok=8\s+changed=7\s+unreachable=0\s+failed=0/);
    expect(await ownImages()).not.toContain("by-ansible available");
  },
);
