import { expectCarried } from "../fake-aws/expectations";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

/** The operating system's error for a full disk. */
function diskIsFull(): Error {
  return Object.assign(new TypeError("ENOSPC: no space left on device, write"), {
    code: "ENOSPC",
    syscall: "write",
  });
}

describe("a run whose journal can no longer be written", () => {
  it.each(["plain", "mixed"] as const)(
    "reports that once, copies an image of %s volumes, and withdraws every share",
    async (volumes) => {
      const whole = new Stage(TWO_ACCOUNTS, {}, volumes);
      await whole.run();
      for (let written = 0; written < whole.journal.length; written += 9) {
        const stage = new Stage(TWO_ACCOUNTS, {}, volumes);
        const append = stage.journal.push.bind(stage.journal);
        stage.journal.push = (...records) => {
          if (stage.journal.length >= written) throw diskIsFull();
          return append(...records);
        };
        expect((await stage.run()).state).toBe("done");
        expectCarried(stage);
        expect(stage.events.filter(({ code }) => code === "JournalLost")).toEqual([
          { code: "JournalLost", reason: "ENOSPC: no space left on device, write" },
        ]);
      }
    },
  );

  it("does not hide a defect", async () => {
    const stage = new Stage();
    stage.journal.push = () => {
      throw new TypeError("a defect");
    };
    await expect(stage.run()).rejects.toThrow("a defect");
  });
});
