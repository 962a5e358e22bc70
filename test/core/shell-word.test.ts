import { execFileSync } from "node:child_process";
import { shellWord } from "../../core/shell-word";

test.each(["plain/path-1.json", "foundation-*", "it's", '$HOME `id` \\ "x"', "two words", ""])(
  "a shell reads %j as one literal word",
  (text) => {
    expect(execFileSync("sh", ["-c", `printf %s ${shellWord(text)}`], { encoding: "utf8" })).toBe(text);
  },
);
