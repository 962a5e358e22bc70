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

/** What a new project starts from: one image, from one account into another. */
export interface Answers {
  /** Of the topology. */
  readonly name: string;
  readonly from: FirstPlace;
  readonly to: FirstPlace;
  readonly framework: Framework;
  /** Whether it has workflows for GitHub Actions. */
  readonly workflow: boolean;
}

/**
 * The topology of a new project.
 * @throws ConfigurationError with everything that is wrong with the answers
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
