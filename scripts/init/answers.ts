import { resolveTopology, type TopologyInput } from "../../topology";
import type { Framework } from "./versions";

/** An account and a Region of a new project. */
export interface FirstPlace {
  /** The name that the topology gives the account. */
  readonly account: string;
  /** 12 digits. */
  readonly id: string;
  readonly region: string;
}

/** The first topology of a new project: one image, copied from one account to another. */
export interface Answers {
  /** Name of the topology. */
  readonly name: string;
  readonly from: FirstPlace;
  readonly to: FirstPlace;
  readonly framework: Framework;
  /** Whether it has workflows for GitHub Actions. */
  readonly workflow: boolean;
}

/**
 * The topology of a new project.
 * @throws ConfigurationError with all problems of the answers
 */
export function firstTopology({ name, from, to }: Pick<Answers, "name" | "from" | "to">): TopologyInput {
  const topology: TopologyInput = {
    name,
    accounts: { [from.account]: { id: from.id }, [to.account]: { id: to.id } },
    images: {
      web: {
        from: {
          account: from.account,
          region: from.region,
          newest: { name: "web-*" },
          keys: ["alias/app-data"],
        },
        to: [{ account: to.account, regions: [to.region], keep: 3, launch: { instanceType: "t3.micro" } }],
        publishTo: "/images/web",
      },
    },
  };
  resolveTopology(topology);
  return topology;
}
