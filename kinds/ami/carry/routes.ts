import {
  leavesAccount,
  transitKey,
  whyTransit,
  type CopyJob,
  type CopySource,
  type Topology,
} from "../../../topology";
import type { ImageView } from "../../../scripts/aws";
import type { KindRoutes } from "../../kind";
import { chooseRoute, judgeRoutes } from "../../shared/declare/routes";
import { dataGiBOf, sourceAndDestinationOf } from "../../shared/route-facts";
import { IMAGE_ROUTES, type ImageRouteFacts } from "../declare/routes";
import { lostByRegistering } from "./checks/registrable";

/** The routes of images. */
export const imageRoutes: KindRoutes<ImageView> = {
  offered: IMAGE_ROUTES.routes,
  judge: (...asked) => {
    const facts = factsOf(...asked);
    return { routes: judgeRoutes(IMAGE_ROUTES, facts), choice: chooseRoute(IMAGE_ROUTES, facts) };
  },
};

function factsOf(
  topology: Topology,
  job: CopyJob,
  { id, attributes, marketplaceCodes, volumes }: ImageView,
  { snapshots }: CopySource,
): ImageRouteFacts {
  const transit = transitKey(topology, job.rule.from).alias;
  const throughTransit = leavesAccount(job) ? whyTransit({ id, name: "", snapshots }, transit) : undefined;
  return {
    ...sourceAndDestinationOf(job),
    image: {
      id,
      // If EC2 does not return the type, the usual one is assumed.
      rootDevice: attributes["root device type"] ?? "ebs",
      virtualization: attributes["virtualization type"] ?? "hvm",
      marketplaceCodes,
      volumes,
      lostByRegistering: lostByRegistering(attributes),
      snapshots: snapshots.map((snapshot) => ({ ...snapshot, dataGiB: dataGiBOf(snapshot) })),
    },
    ...(throughTransit === undefined ? {} : { throughTransit }),
  };
}
