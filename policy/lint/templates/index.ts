/** Finds the policies inside files that contain more than one, so that findings have positions in these files. */
import { policiesInTemplate } from "./cloudformation";
import type { PolicyFile } from "./found";
import { policiesInTerraform } from "./terraform";

export { otherForm } from "./other-forms";
export { fileReport } from "./report";
export type { FileReport, PolicyReport } from "./report";
export type { FoundPolicy, PolicyFile, UnreadPolicy } from "./found";

/** The policies of a Terraform plan or state, or of a CloudFormation template; undefined when the text is neither. Never throws. */
export function policiesIn(text: string): PolicyFile | undefined {
  return policiesInTerraform(parsed(text)) ?? policiesInTemplate(text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
