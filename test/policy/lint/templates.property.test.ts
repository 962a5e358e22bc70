import fs from "node:fs";
import path from "node:path";
import { fileText } from "../../../policy/lint";
import { fileReport, policiesIn } from "../../../policy/lint/templates";
import fc from "../../_helpers/fast-check";
import { malformedText } from "../../_helpers/malformed/text";
import { keyTemplate, TEMPLATE } from "./made-up-template";

test("any malformed template or plan is read without an exception", () => {
  const plan = fs.readFileSync(path.join(__dirname, "plans/terraform-plan.json"), "utf8");
  fc.assert(
    fc.property(malformedText([TEMPLATE, keyTemplate(), plan]), (text) => {
      const file = policiesIn(text);
      return file === undefined || fileText(fileReport(file), "file").length > 0;
    }),
    { numRuns: 200 },
  );
});
