import os from "node:os";
import { machineName, type MachineMarks } from "../../../scripts/api/machine-name";

const UBUNTU: MachineMarks = { hostName: "ubuntu", boot: "b-1", processes: "pid:[1]", addresses: ["02:42"] };

describe("the name under which process numbers mean the same", () => {
  it("is the same for all processes of this machine, and shows what it is called", () => {
    expect(machineName()).toBe(machineName());
    expect(machineName().startsWith(`${os.hostname()}/`)).toBe(true);
  });

  it("tells machines of the same name apart, and containers that have the name of their machine", () => {
    const names = [
      machineName(UBUNTU),
      machineName({ ...UBUNTU, boot: "b-2" }),
      machineName({ ...UBUNTU, processes: "pid:[2]" }),
    ];
    expect(new Set(names).size).toBe(3);
  });

  it("tells them apart by their networks where the system does not say more, in whatever order it lists them", () => {
    const bare = { ...UBUNTU, boot: undefined, processes: undefined };
    const both = machineName({ ...bare, addresses: ["a", "b"] });
    expect(machineName({ ...bare, addresses: ["b", "a"] })).toBe(both);
    expect(machineName({ ...bare, addresses: ["c"] })).not.toBe(both);
  });

  it("does not change while networks come and go, where the system says more", () => {
    expect(machineName({ ...UBUNTU, addresses: [] })).toBe(machineName(UBUNTU));
  });
});
