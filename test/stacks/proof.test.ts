import { ConfigurationError } from "../../core/errors";
import type { PolicyDocument } from "../../policy";
import { refuseUnproved } from "../../stacks/proof";
import { tableDocuments } from "../../topology/proof";
import { acme, mutual } from "../_helpers/topologies";

test.each([
  ["acme", acme()],
  ["mutual", mutual()],
])("the permissions of %s are proved before anything is written", (_name, topology) => {
  expect(() => refuseUnproved(topology)).not.toThrow();
});

test("a failed proof is a configuration error that names job, call, missing statement and account", () => {
  const topology = acme();
  const documents = tableDocuments(topology);
  const keys = new Map(
    [...documents.keys].map(([arn, named]) => {
      const policy = named.document as PolicyDocument;
      const Statement = policy.Statement.filter(({ Sid }) => Sid !== "CopiersGrantToEbs");
      return [arn, { ...named, document: { ...policy, Statement } }];
    }),
  );
  const problemsOf = () => {
    try {
      refuseUnproved(topology, { ...documents, keys });
      return [];
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigurationError);
      return (error as ConfigurationError).problems;
    }
  };
  expect(problemsOf()).toEqual([
    {
      path: "web -> prod eu-central-1",
      what: expect.stringMatching(
        /^role\/keyferry-acme-runner of 222222222222: kms:CreateGrant on key alias\/keyferry\/acme\/transit of 111111111111 eu-west-1 is refused/,
      ),
      fix: expect.stringMatching(/^Account 111111111111 must have the statement CopiersGrantToEbs /),
    },
    { path: "web -> staging eu-west-1", what: expect.any(String), fix: expect.any(String) },
  ]);
});
