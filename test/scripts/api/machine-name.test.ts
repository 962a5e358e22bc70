import os from "node:os";
import { machineName, type MachineMarks } from "../../../scripts/api/machine-name";

const UBUNTU: MachineMarks = { hostName: "ubuntu", boot: "b-1", processes: "pid:[1]", addresses: ["02:42"] };

describe("the name that identifies a namespace of process numbers", () => {
  it("is the same for all processes of this machine, and contains the machine's name", () => {
    expect(machineName()).toBe(machineName());
    expect(machineName().startsWith(`${os.hostname()}/`)).toBe(true);
  });

  it("differs between machines with the same name, and for containers with the name of their machine", () => {
    const names = [
      machineName(UBUNTU),
      machineName({ ...UBUNTU, boot: "b-2" }),
      machineName({ ...UBUNTU, processes: "pid:[2]" }),
    ];
    expect(new Set(names).size).toBe(3);
  });

  it("depends on network addresses in any order if the system provides nothing else", () => {
    const bare = { ...UBUNTU, boot: undefined, processes: undefined };
    const both = machineName({ ...bare, addresses: ["a", "b"] });
    expect(machineName({ ...bare, addresses: ["b", "a"] })).toBe(both);
    expect(machineName({ ...bare, addresses: ["c"] })).not.toBe(both);
  });

  it("does not depend on network addresses if the system provides a boot id", () => {
    expect(machineName({ ...UBUNTU, addresses: [] })).toBe(machineName(UBUNTU));
  });
});
