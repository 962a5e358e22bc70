import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  CreateTagsCommand,
  DeleteLaunchTemplateVersionsCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
} from "@aws-sdk/client-ec2";
import { administrator } from "../../demo/clients";
import { startRehearsal } from "../../sandbox";

jest.setTimeout(240_000);

test("a launch template's own tags are its current tags, and not part of its data", async () => {
  const cloud = await startRehearsal({ port: 0 });
  try {
    const { ec2 } = administrator(cloud.url, "111111111111", "eu-west-1");
    const { LaunchTemplate } = await ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: "web",
        LaunchTemplateData: {
          InstanceType: "t3.micro",
          TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "role", Value: "web" }] }],
        },
        TagSpecifications: [{ ResourceType: "launch-template", Tags: [{ Key: "team", Value: "a" }] }],
      }),
    );
    const id = LaunchTemplate?.LaunchTemplateId ?? "";
    await ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: "team", Value: "b" }] }));
    const { LaunchTemplates } = await ec2.send(
      new DescribeLaunchTemplatesCommand({ LaunchTemplateIds: [id] }),
    );
    expect(LaunchTemplates?.map(({ Tags }) => Tags)).toEqual([[{ Key: "team", Value: "b" }]]);
    const { LaunchTemplateVersions } = await ec2.send(
      new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: id }),
    );
    const specifications = LaunchTemplateVersions?.[0]?.LaunchTemplateData?.TagSpecifications;
    expect(specifications?.map(({ ResourceType }) => ResourceType)).toEqual(["instance"]);
    const Groups = ["sg-00000001", "sg-00000002"];
    const { LaunchTemplateVersion } = await ec2.send(
      new CreateLaunchTemplateVersionCommand({
        LaunchTemplateId: id,
        SourceVersion: "$Latest",
        LaunchTemplateData: { NetworkInterfaces: [{ DeviceIndex: 0, Groups }] },
      }),
    );
    expect(LaunchTemplateVersion).toMatchObject({
      VersionNumber: 2,
      DefaultVersion: false,
      LaunchTemplateData: { InstanceType: "t3.micro", NetworkInterfaces: [{ DeviceIndex: 0, Groups }] },
    });
    const deleted = await ec2.send(
      new DeleteLaunchTemplateVersionsCommand({ LaunchTemplateId: id, Versions: ["2", "7"] }),
    );
    expect(deleted.SuccessfullyDeletedLaunchTemplateVersions).toMatchObject([{ VersionNumber: 2 }]);
    expect(deleted.UnsuccessfullyDeletedLaunchTemplateVersions).toMatchObject([
      { VersionNumber: 7, ResponseError: { Code: "launchTemplateVersionDoesNotExist" } },
    ]);
  } finally {
    await cloud.stop();
  }
});
