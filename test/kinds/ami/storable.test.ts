import { checkStorable } from "../../../kinds/ami/carry/checks/storable";
import type { ImageView } from "../../../scripts/aws";
import { acme, stored } from "../../_helpers/topologies";

const GIB_OF_5000_GB = 4656;

function image(sizeGiB: number, attributes: ImageView["attributes"] = {}): ImageView {
  const volumes = [{ deviceName: "/dev/xvda", snapshotId: "snap-1", sizeGiB, settings: {} }];
  return { id: "ami-1", attributes, volumes } as unknown as ImageView;
}

function finding(topology: ReturnType<typeof stored>, view: ImageView) {
  const [rule] = topology.rules;
  return rule && checkStorable(rule, view);
}

test.each<[what: string, view: ImageView, said: string]>([
  [
    "of an instance store",
    image(8, { "root device type": "instance-store" }),
    "root device type instance-store",
  ],
  ["that is paravirtual", image(8, { "virtualization type": "paravirtual" }), "is paravirtual"],
  [
    "of more than 5,000 GB",
    image(GIB_OF_5000_GB + 1),
    "has volumes of 5001 GB in total; EC2 stores images of at most 5000 GB",
  ],
])(
  "an image %s is refused before it is stored, and the error names the alternatives",
  (_what, view, said) => {
    expect(finding(stored(), view)).toMatchObject({
      state: "failed",
      what: expect.stringContaining(said),
      fix: 'leave out route "store-restore" of images.web, or use another image',
    });
  },
);

test("an EBS-backed image of up to 5,000 GB can be stored", () => {
  const view = image(GIB_OF_5000_GB, { "root device type": "ebs", "virtualization type": "hvm" });
  expect(finding(stored(), view)).toMatchObject({ state: "passed" });
});

test("nothing is checked if no image is stored as an object", () => {
  expect(finding(acme(), image(8, { "virtualization type": "paravirtual" }))).toBeUndefined();
});
