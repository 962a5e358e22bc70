import { checkInstanceType } from "../../../scripts/doctor/checks/instance-types";
import { resolveTopology, type TopologyInput } from "../../../topology";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

type LaunchInput = NonNullable<NonNullable<TopologyInput["images"]>[string]["to"][number]["launch"]>;

const TYPE = { bootModes: ["legacy-bios", "uefi"], virtualization: ["hvm"], requiresEna: true };
const ZONES = ["eu-central-1a", "eu-central-1b"];

async function findingsOf(launch: LaunchInput, attributes: Readonly<Record<string, string>> = {}) {
  const copy = structuredClone(TWO_ACCOUNTS) as any;
  copy.images.web.to[0].launch = launch;
  const stage = new Stage(copy, {}, "plain");
  stage.cloud.instanceTypes.set("m7i.large", { ...TYPE, architectures: ["x86_64"], zones: ZONES });
  stage.cloud.instanceTypes.set("m7g.large", {
    ...TYPE,
    bootModes: ["uefi"],
    architectures: ["arm64"],
    zones: ZONES,
  });
  stage.cloud.instanceTypes.set("m8i.large", { ...TYPE, architectures: ["x86_64"], zones: [] });
  const { view } = stage.cloud.image(stage.imageId);
  const source = {
    id: view.id,
    name: view.name,
    snapshots: view.volumes,
    traits: {
      devices: view.devices,
      attributes: {
        architecture: "x86_64",
        "boot mode": "uefi",
        "virtualization type": "hvm",
        "ENA support": "true",
        ...attributes,
      },
    },
  };
  const to = resolveTopology(copy).rules[0]?.to[0];
  if (to === undefined) throw new TypeError("no destination");
  return checkInstanceType({ topology: stage.topology, aws: stage.cloud.access() }, "web", to, source);
}

test("a type that can run the image in the group's zones passes", async () => {
  const [only, ...others] = await findingsOf({ instanceType: "m7i.large" });
  expect(others).toEqual([]);
  expect(only).toMatchObject({ state: "passed", what: expect.stringContaining("m7i.large can run ami-") });
  expect(await findingsOf({ instanceType: "m7g.large" }, { architecture: "arm64" })).toMatchObject([
    { state: "passed" },
  ]);
});

test.each<[string, LaunchInput, Readonly<Record<string, string>>, RegExp]>([
  [
    "an arm64 image on an x86_64 type",
    { instanceType: "m7i.large" },
    { architecture: "arm64" },
    /is an image for arm64, but m7i\.large runs x86_64/,
  ],
  [
    "an image that boots with BIOS on a type that supports only UEFI",
    { instanceType: "m7g.large" },
    { architecture: "arm64", "boot mode": "legacy-bios" },
    /boots with legacy-bios, but m7g\.large boots with uefi/,
  ],
  [
    "an image without ENA on a type that needs it",
    { instanceType: "m7i.large" },
    { "ENA support": "false" },
    /requires the network driver ENA/,
  ],
  [
    "a paravirtual image",
    { instanceType: "m7i.large" },
    { "virtualization type": "paravirtual" },
    /has the virtualization type paravirtual, but m7i\.large supports hvm/,
  ],
  [
    "a type that does not exist",
    { instanceType: "m99.huge" },
    {},
    /the instance type m99\.huge does not exist/,
  ],
  ["a type that the Region does not have", { instanceType: "m8i.large" }, {}, /not offered in eu-central-1/],
  [
    "a zone that does not have the type",
    { instanceType: "m7i.large", availabilityZones: ["eu-central-1c"] },
    {},
    /not offered in eu-central-1c/,
  ],
  [
    "a subnet in such a zone",
    { instanceType: "m7i.large", subnetIds: ["subnet-0a", "subnet-0b", "subnet-0c"] },
    {},
    /not offered in eu-central-1c, the zone of subnet-0c/,
  ],
  [
    "a subnet that does not exist",
    { instanceType: "m7i.large", subnetIds: ["subnet-0dead"] },
    {},
    /subnet-0dead does not exist/,
  ],
  [
    "requirements that no type for the image meets",
    {
      instanceRequirements: {
        vCpus: { min: 2 },
        memoryMiB: { min: 4096 },
        allowedInstanceTypes: ["m7i.large"],
      },
    },
    { architecture: "arm64" },
    /no instance type in eu-central-1 meets the instance requirements.*arm64/,
  ],
  [
    "a volume that the image does not have",
    { instanceType: "m7i.large", volumes: { "/dev/sdz": { sizeGiB: 8 } } },
    {},
    /has no volume \/dev\/sdz/,
  ],
  [
    "a volume that is smaller than its snapshot",
    { instanceType: "m7i.large", volumes: { "/dev/xvda": { sizeGiB: 4 } } },
    {},
    /of 4 GiB is smaller than its snapshot of 8 GiB/,
  ],
])(
  "%s is found before a launch fails, with the fix and the account",
  async (_what, launch, image, expected) => {
    const findings = await findingsOf(launch, image);
    expect(findings).toEqual([
      expect.objectContaining({
        state: "failed",
        what: expect.stringMatching(expected),
        fix: expect.stringContaining("images.web.to"),
        account: "222222222222",
      }),
    ]);
  },
);
