import type { Answers } from "./answers";

/** `keyferry.config.ts` of a new project: the topology of `firstTopology`, as a person would write it. */
export function configurationFile({ name, from, to }: Answers): string {
  return `import { defineTopology } from "keyferry/topology";

/**
 * The newest image named web-* of the account ${from.account} is copied to ${to.account}, encrypted with a key of that account, and
 * launched there. \`keys\` names the customer managed keys of ${from.account} that encrypt the image's volumes.
 */
export default defineTopology({
  name: ${text(name)},
  accounts: {
    ${member(from.account)}: { id: ${text(from.id)} },
    ${member(to.account)}: { id: ${text(to.id)} },
  },
  images: {
    web: {
      from: {
        account: ${text(from.account)},
        region: ${text(from.region)},
        newest: { name: "web-*" },
        keys: ["alias/app-data"],
      },
      to: [
        {
          account: ${text(to.account)},
          regions: [${text(to.region)}],
          keep: 3,
          launch: { instanceType: "t3.micro" },
        },
      ],
      publishTo: "/images/web",
    },
  },
});
`;
}

const text = (value: string): string => JSON.stringify(value);

function member(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : text(name);
}
