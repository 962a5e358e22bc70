import { kernelThere } from "../../../../kinds/ami/carry/registered/kernels";
import type { KernelImage } from "../../../../scripts/aws";
import { FakeClock } from "../../../scripts/fake-aws/fake-clock";
import { FakeCloud } from "../../../scripts/fake-aws/fake-cloud";

const ACCOUNT = { name: "prod", id: "222222222222", runnerRole: "r" };
const HERE = "eu-west-1";
const THERE = "eu-central-1";

function kernel(id: string, name: string, architecture = "x86_64"): KernelImage {
  return { id, type: "kernel", name, architecture };
}

async function mapped(name: string, there: readonly KernelImage[]): Promise<string> {
  const cloud = new FakeCloud(new FakeClock());
  cloud.kernels.set(HERE, [kernel("aki-1", name)]);
  cloud.kernels.set(THERE, there);
  const port = (region: string) => cloud.access().registeredImages({ account: ACCOUNT, region });
  return kernelThere(port(HERE), port(THERE), "aki-1", { account: ACCOUNT, region: THERE });
}

describe("the kernel of a paravirtual image in another Region", () => {
  it.each<[string, string, readonly KernelImage[], string]>([
    [
      "is Amazon's of the same name",
      "pv-grub-hd0_1.04-x86_64.gz",
      [kernel("aki-2", "pv-grub-hd0_1.05-x86_64.gz"), kernel("aki-3", "pv-grub-hd0_1.04-x86_64.gz")],
      "aki-3",
    ],
    [
      "is the newest of the same layout if that name does not exist there",
      "pv-grub-hd0_1.02-x86_64.gz",
      [
        kernel("aki-2", "pv-grub-hd0_1.9-x86_64.gz"),
        kernel("aki-3", "pv-grub-hd0_1.10-x86_64.gz"),
        kernel("aki-4", "pv-grub-hd00_2.0-x86_64.gz"),
      ],
      "aki-3",
    ],
  ])("%s", async (_what, name, there, expected) => {
    expect(await mapped(name, there)).toBe(expected);
  });

  it.each<[string, string, readonly KernelImage[]]>([
    ["of another layout", "pv-grub-hd0_1.04-x86_64.gz", [kernel("aki-2", "pv-grub-hd00_1.05-x86_64.gz")]],
    [
      "of another architecture",
      "pv-grub-hd0_1.04-x86_64.gz",
      [kernel("aki-2", "pv-grub-hd0_1.04-i386.gz", "i386")],
    ],
    ["of another kind than PV-GRUB", "vmlinuz-2.6.21", [kernel("aki-2", "vmlinuz-2.6.22")]],
  ])("is never one %s", async (_what, name, there) => {
    await expect(mapped(name, there)).rejects.toMatchObject({ code: "KernelNotFound", account: ACCOUNT.id });
  });
});
