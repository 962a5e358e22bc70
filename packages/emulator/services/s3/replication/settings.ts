import { parseArn } from "@keyferry/common";
import { AwsError } from "../../../contract";
import type { Relay } from "../../../dispatch";
import { bucketOf } from "../buckets";
import { requireAccess } from "../objects/source";
import type { S3Parts } from "../parts";
import { emptyAnswer, readXml, xmlAnswer, type XmlElement } from "../xml";
import { readRules } from "./configuration";
import { validateRules } from "./validate";

const ROOT = "ReplicationConfiguration";

/** The replication configuration: returned as it was set, with generated ids for rules without one. */
export function replicationRelays({ state }: S3Parts): Readonly<Record<string, Relay>> {
  return {
    async PutBucketReplication({ call, cloud, request }) {
      const bucket = bucketOf(state, call);
      const given = readXml(request.body, ROOT);
      const { roleArn, rules } = readRules(given);
      await requireAccess(cloud, call.caller, {
        action: "iam:PassRole",
        resource: roleArn,
        resourceAccount: parseArn(roleArn)?.account,
        context: { "iam:PassedToService": "s3.amazonaws.com" },
      });
      validateRules(state, bucket, rules);
      const Rule: readonly XmlElement[] = rules.map(({ from, rule }) => ({ ID: rule.id, ...from }));
      bucket.replication = {
        document: { ...given, Rule },
        configuration: { roleArn, rules: rules.map(({ rule }) => rule) },
      };
      return emptyAnswer();
    },
    GetBucketReplication: async ({ call }) => {
      const { replication } = bucketOf(state, call);
      if (replication === undefined) {
        throw new AwsError(
          "ReplicationConfigurationNotFoundError",
          "The replication configuration was not found",
          404,
        );
      }
      return Promise.resolve(xmlAnswer(ROOT, replication.document));
    },
    DeleteBucketReplication: async ({ call }) => {
      delete bucketOf(state, call).replication;
      return Promise.resolve(emptyAnswer(204));
    },
  };
}
