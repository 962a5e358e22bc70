import { AWS_TEXTS } from "../../../core/aws-texts";
import { DEPLOY } from "./entry";
import { fillIn, type Where } from "./catalogue";

interface LaunchEntry {
  readonly side: "caller";
  /** Parts of the status message of an Auto Scaling activity. */
  readonly texts: readonly string[];
  readonly cause: string;
  readonly fix: string;
}

/** Source: EC2 Auto Scaling user guide, "Troubleshoot instance launch failures" and "Required KMS key policy". */
const LAUNCHES: readonly LaunchEntry[] = [
  {
    side: "caller",
    texts: [AWS_TEXTS.launchKeyState],
    cause:
      "the key of the image's volumes is disabled, pending deletion or without material, or the launcher may not use it",
    fix: "account <account> must make the key in <region> usable again: enable it, cancel its deletion, or import its material",
  },
  {
    side: "caller",
    texts: [AWS_TEXTS.launchFailed, AWS_TEXTS.launchVolumesInaccessible],
    cause:
      "the service-linked role of Auto Scaling in account <account> may not use the key of the image's volumes; to its own account's key only the key's policy can let it in",
    fix: `account <account> must let AWSServiceRoleForAutoScaling in by the policy of its key in <region>: ${DEPLOY}`,
  },
  {
    side: "caller",
    texts: [AWS_TEXTS.imageNotAuthorized],
    cause: "the launch template names an image that is not shared with account <account>",
    fix: "account <account> must launch its own copy: publish it with publishTo, and take the image from that parameter",
  },
  {
    side: "caller",
    texts: ["InvalidAMIID.NotFound", "does not exist"],
    cause:
      "the image that the launch template names was deregistered, is in another Region, or is not admitted by the Allowed AMIs settings of account <account>",
    fix: "run keyferry, which publishes a copy that stands, and see the Allowed AMIs settings of account <account> in <region>",
  },
];

/** The entry for the words on a launch that failed; undefined for words that are not known. */
export function launchEntry(statusMessage: string): LaunchEntry | undefined {
  return LAUNCHES.find(({ texts }) => texts.some((text) => statusMessage.includes(text)));
}

/** Why an Auto Scaling launch failed, and what its account must do; undefined for words that are not known. */
export function explainLaunch(
  statusMessage: string,
  where: Where,
): { readonly cause: string; readonly fix: string } | undefined {
  const entry = launchEntry(statusMessage);
  if (entry === undefined) return undefined;
  return { cause: fillIn(entry.cause, where), fix: fillIn(entry.fix, where) };
}
