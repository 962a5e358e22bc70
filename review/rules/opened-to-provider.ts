import type { Rule } from "../rule";
import { rightFound } from "./right-found";

export const openedToProvider: Rule = {
  id: "opened-to-provider",
  description:
    "Identities of an identity provider (OIDC, SAML) may assume a role that they could not assume.",
  severity: "blocking",
  find: ({ rights }) =>
    rights
      .filter(({ direction, subject }) => direction === "gained" && subject.kind === "provider")
      .map(rightFound),
};
