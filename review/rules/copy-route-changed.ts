import type { DeclaredCopy } from "../read/copies";
import type { Rule } from "../rule";
import { changedCopies } from "./copies";

const ROUTES: Readonly<Record<DeclaredCopy["route"], string>> = {
  copy: "as a separate copy",
  "copy-to-share": "as a copy that others launch from",
  share: "as a share of the source's account",
  "store-restore": "as a copy through an object in S3",
  "register-image": "as a copy that is registered from copies of its snapshots",
};

export const copyRouteChanged: Rule = {
  id: "copy-route-changed",
  description:
    "A destination gets a share instead of a copy, or the reverse, or one transfer may serve several accounts.",
  severity: "notice",
  find: (comparison) => changedCopies(comparison, routeText, "arrives"),
};

function routeText({ route, transfersTogether }: DeclaredCopy): string {
  return `${ROUTES[route]}${transfersTogether ? " that may share a transfer with those of other accounts" : ""}`;
}
