import { derived, parseArn } from "@keyferry/common";
import type { RequestPrincipal } from "@keyferry/evaluator";
import { anybodyOf, autoScalingSession, isAnybody, isAutoScaling, sessionOf, type ProofCall } from "./call";
import { NOBODY, type Outside } from "./outside";
import { refusersOf, serviceOf, type Refuser } from "./refuser";

/** A principal that might try another principal's call, and the document that must refuse it by itself. */
export interface OtherPrincipal {
  readonly principal: RequestPrincipal;
  readonly refuser: Refuser;
}

type Others = readonly OtherPrincipal[];

const NO_OTHERS: Others = [];

/** Other principals that might try the same call, which the resource's policy must refuse. A caller of many calls has the same others in all of them. */
export function otherPrincipals(outside: Outside): (call: ProofCall) => Others {
  const anybodyElsewhere = derived((principal: RequestPrincipal) => asAnybodyElsewhere(principal, outside));
  const autoScaling = derived((principal: RequestPrincipal) => asAutoScaling(principal, outside));
  const outsiders = derived((principal: RequestPrincipal) => asOutsiders(principal, outside));
  return ({ request, openToAccount }) => {
    const { principal, action, resourceAccount } = request;
    if (isAnybody(principal)) return anybodyElsewhere(principal);
    if (isAutoScaling(principal)) {
      const { elsewhere, here } = autoScaling(principal);
      return openToAccount === true ? elsewhere : [...elsewhere, ...here];
    }
    if (serviceOf(action) === "sts") return whoAssumes(principal, resourceAccount, outside);
    return refusersOf(request).includes("resource") ? outsiders(principal) : NO_OTHERS;
  };
}

function asAutoScaling({ arn, account }: RequestPrincipal, outside: Outside) {
  const partition = partitionIn(arn);
  const elsewhere: Others = [
    { principal: autoScalingSession(partition, outside.account), refuser: "resource" },
  ];
  const here: Others = [
    { principal: sessionOf(partition, account, NOBODY), refuser: "resource without IAM" },
  ];
  return { elsewhere, here };
}

/** Every principal of the key's account is allowed; no principal of another account is, regardless of what IAM allows there. */
function asAnybodyElsewhere({ arn }: RequestPrincipal, outside: Outside): Others {
  return [{ principal: anybodyOf(partitionIn(arn), outside.account), refuser: "resource" }];
}

function asOutsiders(principal: RequestPrincipal, outside: Outside): Others {
  const { arn, account } = principal;
  const partition = partitionIn(arn);
  return [
    { principal: sessionOf(partition, outside.account, roleNameOf(principal)), refuser: "resource" },
    { principal: sessionOf(partition, account, NOBODY), refuser: "resource" },
    { principal: sessionOf(partition, account, roleNameOf(principal), `/${NOBODY}/`), refuser: "resource" },
  ];
}

/** Principals of another account, and other principals of the role's account. */
function whoAssumes(principal: RequestPrincipal, owner: string, outside: Outside): Others {
  const partition = partitionIn(principal.arn);
  const outsider = sessionOf(partition, outside.account, roleNameOf(principal));
  return [
    { principal: outsider, refuser: "resource" },
    ...(owner === principal.account
      ? []
      : [{ principal: sessionOf(partition, owner, NOBODY), refuser: "resource" } as const]),
  ];
}

function roleNameOf({ roleArn }: RequestPrincipal): string {
  return roleArn?.split("/").at(-1) ?? NOBODY;
}

function partitionIn(arn: string): string {
  return parseArn(arn)?.partition ?? "";
}
