import { must } from "../../core/must";
import { homeRegion, type Topology } from "../../topology";
import { call, clientOf } from "./client-config";
import { baseCredentials } from "./credentials";
import { Pace, PACE, systemTime } from "./pace";
import { sdk } from "./sdk";

/** Nobody waits longer to hear as whom they work; what comes after waits as long as it must. */
const PATIENCE_MS = 5_000;
const ONCE = { ...PACE, throttledAttempts: 1, passingAttempts: 1, firstAttempts: 1 };

/**
 * ARN of whoever the operator's credentials belong to, before any role is assumed. Asked once, without repetition: a cloud
 * that cannot be reached is told by what needs it.
 * @throws AwsCallError where there are no credentials, or AWS does not know them
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
