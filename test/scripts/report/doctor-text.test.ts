import type { Finding } from "../../../scripts/engine/finding";
import { doctorText } from "../../../scripts/report/doctor-text";

const failed = (subject: string, what: string, fix: string, account = "222222222222"): Finding => ({
  check: "destination-keys",
  subject,
  state: "failed",
  what,
  fix,
  account,
});
const times = (text: string, part: string) => text.split(part).length - 1;

test("a fix is printed once, with every place to which it applies", () => {
  const text = doctorText({
    findings: [
      failed("web -> prod eu-central-1", "the key a does not exist", "deploy the foundation"),
      failed("web -> test eu-central-1", "the key b does not exist", "deploy the foundation", "333333333333"),
      failed("api -> prod eu-central-1", "the key a does not exist", "deploy the foundation"),
      failed("api -> prod eu-west-1", "the key c is Disabled", "enable it"),
    ],
  });
  expect(times(text, "fix: deploy the foundation")).toBe(1);
  expect(text).toContain("web -> prod eu-central-1, api -> prod eu-central-1: the key a does not exist");
  expect(text).toContain("web -> test eu-central-1: the key b does not exist");
  expect(text).toContain("check: destination-keys, account 222222222222, 333333333333");
  expect(times(text, "fix: enable it")).toBe(1);
});

test("an advice is printed once, with every place", () => {
  const better = (subject: string): Finding => ({
    check: "quotas",
    subject,
    state: "passed",
    what: "3 of 20 snapshot copies in progress",
    advice: "ask for a higher quota",
  });
  const text = doctorText({ findings: [better("prod eu-central-1"), better("prod eu-west-1")] });
  expect(times(text, "advice: ask for a higher quota")).toBe(1);
  expect(text).toContain("prod eu-central-1, prod eu-west-1: 3 of 20");
});

test("places beyond the limit are counted", () => {
  const many = Array.from({ length: 40 }, (_, index) => failed(`rule${index} -> prod`, "no key", "deploy"));
  const text = doctorText({ findings: many });
  expect(text).toContain("rule9 -> prod, and 30 more: no key");
  expect(text).toContain("40 FAILED");
});
