import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { lazy } from "../lazy";
import { loadTopology } from "../load-config";
import type { CommonOptions } from "../session";
import { tellWhereabouts } from "../whereabouts";

/** `keyferry state-bucket`: creates the bucket for Terraform's state, if the topology declares one. */
export async function stateBucketCommand(host: Host, options: CommonOptions): Promise<number> {
  const topology = loadTopology(host, options.config);
  const { state } = topology;
  await tellWhereabouts(host, topology, { ...options, offline: state.kind === "local" });
  if (state.kind === "local") {
    const local = { kind: "local" };
    host.out(
      options.json === true ? JSON.stringify(local) : "Terraform's state is local; no bucket is needed",
    );
    return EXIT.done;
  }
  const result = await lazy.stateBucket().ensureStateBucket(topology, state);
  const { bucket, region, account, created } = result;
  const text = `bucket ${bucket} in ${account} ${region} ${created ? "created" : "exists already"}: versioned, encrypted, private, TLS only`;
  host.out(options.json === true ? JSON.stringify(result) : text);
  return EXIT.done;
}
