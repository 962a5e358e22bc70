import { checkRegistrable } from "../../../../kinds/ami/carry/checks/registrable";
import type { ImageView } from "../../../../scripts/aws";
import { registered, registeredAtHome, stored } from "../../../_helpers/topologies";

const LINUX = {
  "usage operation": "RunInstances",
  platform: "Linux/UNIX",
  "root device type": "ebs",
  "image type": "machine",
};

function found(
  attributes: Readonly<Record<string, string>>,
  topology = registered(),
  marketplaceCodes: readonly string[] = [],
) {
  const [rule] = topology.rules;
  if (rule === undefined) throw new Error("no rule");
  return checkRegistrable(rule, {
    id: "ami-1",
    marketplaceCodes,
    attributes: { ...LINUX, ...attributes },
  } as unknown as ImageView);
}

describe("an image for the route register-image", () => {
  it.each([
    ["of Linux", {}],
    ["that is paravirtual", { "virtualization type": "paravirtual", kernel: "aki-1" }],
  ])("%s loses nothing", (_what, attributes) => {
    expect(found(attributes)).toMatchObject({ state: "passed" });
  });

  it.each([
    ["the licence of Windows", { platform: "Windows", "usage operation": "RunInstances:0002" }, "Windows"],
    [
      "that of Red Hat",
      { platform: "Red Hat Enterprise Linux", "usage operation": "RunInstances:0010" },
      "0010",
    ],
    ["that of SQL Server", { "usage operation": "RunInstances:0800" }, "0800"],
    ["product codes", { "product codes": "abc (marketplace)" }, "abc (marketplace)"],
    ["a root device in the instance store", { "root device type": "instance-store" }, "instance-store"],
  ])(
    "is refused if it would lose %s, and the error names the route that keeps it",
    (_what, attributes, words) => {
      const finding = found(attributes);
      expect(finding).toMatchObject({ state: "failed", account: "111111111111" });
      expect(finding?.what).toContain(words);
      expect(finding?.fix).toContain('"copy-image"');
    },
  );

  it("of AWS Marketplace is refused, without advising a copy into another account, which AWS also refuses", () => {
    const finding = found({ "product codes": "abc (marketplace)" }, registered(), ["abc"]);
    expect(finding).toMatchObject({ state: "failed" });
    expect(finding?.fix).toContain("share the image");
    expect(finding?.fix).not.toContain("copy-image");
    const own = found({ "product codes": "abc (marketplace)" }, registeredAtHome(), ["abc"]);
    expect(own?.fix).toContain('"copy-image"');
  });

  it("is not checked if no destination uses the route", () => {
    expect(found({ platform: "Windows" }, stored())).toBeUndefined();
  });
});
