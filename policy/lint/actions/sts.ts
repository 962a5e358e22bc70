import { words } from "./words";

/**
 * Every action of STS.
 * Source: Service authorization reference, Actions, resources, and condition keys for AWS Security Token Service.
 */
export const STS_ACTIONS: readonly string[] = words(`
  AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity AssumeRoot DecodeAuthorizationMessage
  GetAccessKeyInfo GetCallerIdentity GetDelegatedAccessToken GetFederationToken
  GetServiceBearerToken GetSessionToken GetWebIdentityToken SetContext SetSourceIdentity
  TagGetWebIdentityToken TagSession
`);
