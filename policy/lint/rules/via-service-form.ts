import { at, judge } from "../judge";
import { isOpen, isPlaceholder } from "../statement";
import type { Rule } from "../types";
import { viaServices } from "../via-service";

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

export const viaServiceForm: Rule = {
  id: "via-service-form",
  appliesTo: ["key", "identity"],
  title: "a value of kms:ViaService that is not a service",
  explanation:
    "the value is <service>.<Region>.amazonaws.com, with this suffix in all partitions including China; anything else never matches; the service name of EBS is ec2",
  fix: "write for example ec2.eu-central-1.amazonaws.com, and list one value for each Region",
  source: "KMS developer guide, AWS KMS condition keys: kms:ViaService",
  check: ({ statements }) =>
    judge(
      viaServices(statements).filter(({ text }) => !isPlaceholder(text)),
      (value) => {
        const wrong = whatIsWrong(value.text);
        return wrong === undefined ? [] : [at(value, `${value.text}: ${wrong}`)];
      },
    ),
};

function whatIsWrong(value: string): string | undefined {
  if (isOpen(value)) return undefined;
  if (value.endsWith(".amazonaws.com.cn")) return "the suffix is amazonaws.com in China too";
  if (!value.endsWith(".amazonaws.com")) return "it does not end in .amazonaws.com";
  const parts = value.split(".").slice(0, -2);
  const region = parts.at(-1) ?? "";
  if (parts.length < 2 || !REGION.test(region)) return "there is no Region before amazonaws.com";
  return parts[0] === "ebs" ? "EBS calls KMS as ec2" : undefined;
}
