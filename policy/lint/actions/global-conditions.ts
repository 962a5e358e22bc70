/**
 * Condition keys that every service supports, without `aws:`. AWS adds some, so a name that is missing here may exist.
 * Source: IAM user guide, AWS global condition context keys.
 */
import { words } from "./words";

export const GLOBAL_CONDITION_KEYS: readonly string[] = words(`
  AssumedRoot CalledVia CalledViaFirst CalledViaLast ChatbotSourceArn CurrentTime
  Ec2InstanceSourcePrivateIPv4 Ec2InstanceSourceVpc EpochTime FederatedProvider MultiFactorAuthAge
  MultiFactorAuthPresent PrincipalAccount PrincipalArn PrincipalIsAWSService PrincipalOrgID
  PrincipalOrgPaths PrincipalServiceName PrincipalServiceNamesList PrincipalTag PrincipalType
  RequestTag RequestedRegion ResourceAccount ResourceOrgID ResourceOrgPaths ResourceTag SecureTransport
  SourceAccount SourceArn SourceIdentity SourceIp SourceOrgID SourceOrgPaths SourceVpc SourceVpcArn
  SourceVpce TagKeys TokenIssueTime UserAgent ViaAWSService VpcSourceIp VpceAccount VpceOrgID
  VpceOrgPaths referer userid username
`);
