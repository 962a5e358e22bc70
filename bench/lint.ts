import { lintReport } from "../policy/lint";
import type { Bench } from "./bench";

const STATEMENTS = 3_000;

/** Key policies far beyond what KMS accepts; one statement in ten is a Deny. */
const SHAPES: Readonly<Record<string, (account: string) => readonly [allow: object, deny: object]>> = {
  "each lets in one account": (account) => [
    {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey"],
      Resource: "*",
      Condition: { StringEquals: { "kms:ViaService": "ec2.eu-west-1.amazonaws.com" } },
    },
    {
      Effect: "Deny",
      Principal: "*",
      Action: ["kms:ScheduleKeyDeletion"],
      Resource: "*",
      Condition: { StringNotEquals: { "aws:PrincipalAccount": account } },
    },
  ],
  "each lets everybody in": (account) => [
    {
      Effect: "Allow",
      Principal: "*",
      Action: ["kms:CreateGrant", "kms:Decrypt"],
      Resource: "*",
      Condition: { StringEquals: { "kms:EncryptionContext:account": account } },
    },
    {
      Effect: "Deny",
      Principal: "*",
      Action: ["kms:CreateGrant"],
      Resource: "*",
      Condition: { StringEquals: { "aws:PrincipalAccount": account } },
    },
  ],
};

/** The lint rules for a policy of very many statements, each of which is evaluated together with all Deny statements. */
export const lintBench: Bench = () =>
  Object.entries(SHAPES).map(([name, shape]) => {
    const Statement = Array.from({ length: STATEMENTS }, (_, index) => {
      const [allow, deny] = shape(String(100_000_000_000 + index));
      return { Sid: `Statement${index}`, ...(index % 10 === 9 ? deny : allow) };
    });
    const before = process.cpuUsage();
    lintReport({ document: { Version: "2012-10-17", Statement }, kind: "key" });
    const { user, system } = process.cpuUsage(before);
    return {
      what: `lint of ${STATEMENTS} statements, ${name}`,
      value: (user + system) / 1_000_000,
      unit: "s",
      aim: "under 6",
    };
  });
