import type { KeyShares, SharingService } from "../../policy";
import { ORGANIZATION, SHARING_SERVICES, UNIT_PATH } from "../../policy/key-shares";
import type { Input } from "../input";
import { eachMatching, listOf, matchingIfGiven, text } from "../inputs";
import { quoted } from "../text";
import { accounts, rolesByArn } from "./parties";

/** The accounts, roles and organisations with which a key is shared, as variables. */

const sharedAccounts = accounts(
  "share_with_accounts",
  "Ids of other accounts that may use the key through share_services; their IAM decides who there.",
  11,
);
const sharedRoles = rolesByArn(
  "share_with_roles",
  "ARNs of roles of other accounts that may use the key through share_services; their own policies must allow it as well.",
  12,
);
const organization = text(
  "share_with_organization",
  {
    description: "Id of an organisation all of whose accounts may use the key through share_services.",
    validations: [
      matchingIfGiven(
        "share_with_organization",
        ORGANIZATION,
        "o- and 10 to 32 lower-case letters or digits",
      ),
    ],
  },
  null,
);
const UNIT = "o-sample/r-sample/ou-sample";
const units = listOf(
  "share_with_organizational_units",
  "string",
  {
    description:
      "Organisational units, each with all that are above it (o-a1b2c3d4e5/r-ab12/ou-ab12-11111111): accounts in and below them may use the key through share_services.",
    validations: [
      eachMatching(
        "share_with_organizational_units",
        UNIT_PATH,
        "the path of an organisational unit: o-a1b2c3d4e5/r-ab12/ou-ab12-11111111",
      ),
    ],
  },
  { element: "unit", texts: [{ text: UNIT, of: ({ value }) => value }] },
);
const SERVICE = "sample-service";
const services: Input = {
  name: "share_services",
  type: "list(string)",
  description: `AWS services through which the key may be used by whom it is shared with: ${SHARING_SERVICES.join(", ")}.`,
  default: `[${quoted(SHARING_SERVICES[0])}]`,
  validations: [
    {
      condition: `length(var.share_services) > 0 && alltrue([for one in var.share_services : contains([${SHARING_SERVICES.map(quoted).join(", ")}], one)])`,
      message: `share_services must be one or more of ${SHARING_SERVICES.join(", ")}.`,
    },
  ],
  samples: {
    over: "var.share_services",
    element: "service",
    texts: [{ text: SERVICE, of: ({ value }) => value }],
  },
};

export const SHARE_INPUTS: readonly Input[] = [sharedAccounts, sharedRoles, organization, units, services];

/** Arguments of `KeyGrants.share`. */
export function sharesOf(brings: (input: Input) => boolean): KeyShares {
  return {
    accounts: brings(sharedAccounts) ? [sharedAccounts.account] : [],
    roles: brings(sharedRoles) ? [sharedRoles.role.roleArn] : [],
    organizationalUnits: brings(units) ? [UNIT] : [],
    ...(brings(organization) ? { organization: organization.token } : {}),
    viaServices: [SERVICE as SharingService],
  };
}
