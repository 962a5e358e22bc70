import { deployPolicy } from "../../policy";
import { KEY_USE_KINDS } from "../../scripts/aws";

const ACCESS = {
  topology: "acme",
  partition: "aws",
  account: "222222222222",
  operatorAccount: "111111111111",
  runnerRole: "keyferry-acme-runner",
  ebsDefaults: false,
  launches: false,
  deletesKeys: true,
};

it.each(KEY_USE_KINDS.map(({ id, actions }) => [id, actions] as const))(
  "the documented deploy role may look for %s before a key is deleted",
  (_id, actions) => {
    const allowed = deployPolicy(ACCESS).flatMap((statement) => statement.actions);
    expect(actions.filter((action) => !allowed.includes(action))).toEqual([]);
  },
);
