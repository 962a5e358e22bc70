import { must } from "../../core/must";
import { homeRegion, type Topology } from "../../topology";
import { call, clientOf } from "./client-config";
import { baseCredentials } from "./credentials";
import { Pace, PACE, systemTime } from "./pace";
import { sdk } from "./sdk";

/** Maximum wait for the caller's identity; later calls wait as long as necessary. */
const PATIENCE_MS = 5_000;
const ONCE = { ...PACE, throttledAttempts: 1, passingAttempts: 1, firstAttempts: 1 };

/**
 * ARN of the operator's credentials, before any role is assumed. Requested once, without retries: if the cloud cannot be reached, the
 * first call that needs it reports that.
 * @throws AwsCallError if there are no credentials, or AWS does not accept them
 */
export async function callerArn(topology: Topology): Promise<string> {
  const region = homeRegion(topology);
  const site = { operation: "GetCallerIdentity", account: topology.operator.id, region };
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const { STSClient, GetCallerIdentityCommand } = sdk.sts();
    const entry = { credentials: baseCredentials(topology, topology.operator) };
    const client = clientOf(STSClient, region, entry, { retryStrategy: new Pace(systemTime, ONCE) });
    const ask = () => client.send(new GetCallerIdentityCommand({}), { abortSignal: stop.signal });
    return must((await call(site, ask)).Arn, "Arn of GetCallerIdentity");
  } finally {
    clearTimeout(timer);
  }
}
