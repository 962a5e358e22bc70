import {
  DescribeKeyCommand,
  DisableKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListGrantsCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  type KMSClient,
} from "@aws-sdk/client-kms";
import { administratorOf, DST, SRC, startTestCloud, type TestCloud } from "../../lib/cloud";
import { createKey, keyPolicy } from "./lib";

let cloud: TestCloud;
let KeyId: string;
let foreign: KMSClient;
beforeEach(async () => {
  cloud = await startTestCloud();
  foreign = cloud.kms(administratorOf(DST));
  const Policy = keyPolicy(SRC, { Principal: { AWS: DST }, Action: "kms:*", Resource: "*" });
  KeyId = (await createKey(cloud, SRC, { Policy })).Arn;
});
afterEach(() => cloud.stop());

test("with kms:* in the key policy another account may look at the key and its grants", async () => {
  await expect(foreign.send(new DescribeKeyCommand({ KeyId }))).resolves.toHaveProperty("KeyMetadata");
  await expect(foreign.send(new ListGrantsCommand({ KeyId }))).resolves.toHaveProperty("Grants");
  await expect(foreign.send(new GetKeyRotationStatusCommand({ KeyId }))).resolves.toBeDefined();
});

test("even with kms:* no other account administers the key", async () => {
  const denied = { name: "AccessDeniedException" };
  const Tags = [{ TagKey: "a", TagValue: "b" }];
  await expect(foreign.send(new GetKeyPolicyCommand({ KeyId }))).rejects.toMatchObject(denied);
  await expect(foreign.send(new PutKeyPolicyCommand({ KeyId, Policy: "{}" }))).rejects.toMatchObject(denied);
  await expect(foreign.send(new DisableKeyCommand({ KeyId }))).rejects.toMatchObject(denied);
  await expect(foreign.send(new ScheduleKeyDeletionCommand({ KeyId }))).rejects.toMatchObject(denied);
  await expect(foreign.send(new ListResourceTagsCommand({ KeyId }))).rejects.toMatchObject(denied);
  await expect(foreign.send(new TagResourceCommand({ KeyId, Tags }))).rejects.toMatchObject(denied);
});
