import path from "node:path";
import { DescribeImagesCommand } from "@aws-sdk/client-ec2";
import { administrator } from "../../demo/clients";
import { startRehearsal, type Rehearsal } from "../../sandbox";
import { administratorEnvironment } from "./lib/administrator-environment";
import { printed, testWithLibrary } from "./lib/foreign-programs";

/** Short programs with old third-party libraries that support neither AWS_ENDPOINT_URL nor current AWS features. */

jest.setTimeout(240_000);

const SRC = "111111111111";
const DST = "222222222222";
const REGION = "eu-west-1";

let cloud: Rehearsal;
const defects: unknown[] = [];
beforeAll(async () => {
  cloud = await startRehearsal({ port: 0, timeScale: 600, onDefect: (error) => defects.push(error) });
});
afterAll(async () => {
  await cloud.stop();
  expect(defects).toEqual([]);
});

/** The JSON that a program under `lib/` prints. */
async function seenBy(interpreter: string, program: string): Promise<unknown> {
  const env = administratorEnvironment(cloud.url, SRC, REGION);
  return JSON.parse(
    await printed(interpreter, [path.join(__dirname, "lib", program), cloud.url], env, __dirname),
  );
}

/** Names of the images that are shared with the other account. */
async function sharedImages(): Promise<readonly (string | undefined)[]> {
  const { ec2 } = administrator(cloud.url, DST, REGION);
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ ExecutableUsers: ["self"] }));
  return Images.map(({ Name }) => Name);
}

const fog = { name: "fog", interpreter: "ruby", loading: ["-e", 'require "fog/aws"'] };
testWithLibrary(fog, "launches an instance, shares an image of it, and stores a file", async (ruby) => {
  expect(await seenBy(ruby, "fog_client.rb")).toEqual({
    tags: { team: "web" },
    files: ["a/file"],
    content: "content",
  });
  expect(await sharedImages()).toContain("by-fog");
});

const boto = { name: "boto", interpreter: "python3", loading: ["-c", "import boto"] };
testWithLibrary(
  boto,
  "launches an instance, shares an image of it, stores a file, and creates a role",
  async (python) => {
    expect(await seenBy(python, "boto_client.py")).toEqual({
      tags: { team: "web" },
      files: ["a/file"],
      content: "content",
      role: `arn:aws:iam::${SRC}:role/by-boto`,
    });
    expect(await sharedImages()).toContain("by-boto");
  },
);
