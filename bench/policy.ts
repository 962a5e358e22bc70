import { accountPrincipal, keyArn, roleArn } from "@keyferry/common";
import { type AccessRequest, type Documents, evaluate } from "@keyferry/evaluator";
import { microsecondsEach, type Bench, type Measurement } from "./bench";
import { collectGarbage } from "./collect-garbage";

const RUNS = 1_000_000;
/** Maximum size of a key policy in KMS. */
const KEY_POLICY_BYTES = 32_768;
const PARTITION = "aws";
const REGION = "eu-west-1";
const OWNER = "111111111111";
const KEY = keyArn(REGION, OWNER, "1111aaaa-0000-4000-8000-000000000001");

/** Accounts in no particular order, so that none is found quickly by chance. */
const accountAt = (index: number) => String(200_000_000_000 + ((index * 7919) % 99_991));
const runnerOf = (account: string) => roleArn(PARTITION, account, "keyferry-acme-runner");
const THROUGH_EC2 = { StringEquals: { "kms:ViaService": [`ec2.${REGION}.amazonaws.com`] } };

/** Two statements for each account that may copy, as most people write them. */
function statementsFor(account: string): readonly object[] {
  const who = {
    Effect: "Allow",
    Principal: { AWS: [accountPrincipal(PARTITION, account)] },
    Resource: ["*"],
  };
  const only = { ArnEquals: { "aws:PrincipalArn": [runnerOf(account)] } };
  return [
    {
      Sid: `Use${account}`,
      ...who,
      Action: ["kms:DescribeKey", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"],
      Condition: { ...THROUGH_EC2, ...only },
    },
    {
      Sid: `Grant${account}`,
      ...who,
      Action: ["kms:CreateGrant"],
      Condition: { ...THROUGH_EC2, ...only, Bool: { "kms:GrantIsForAWSResource": ["true"] } },
    },
  ];
}

/** One statement whose principals and roles are all listed. */
function listedStatement(accounts: readonly string[]): object {
  return {
    Sid: "Copiers",
    Effect: "Allow",
    Principal: { AWS: accounts },
    Action: ["kms:DescribeKey", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant"],
    Resource: ["*"],
    Condition: { ...THROUGH_EC2, ArnEquals: { "aws:PrincipalArn": accounts.map(runnerOf) } },
  };
}

/** Everybody, narrowed by patterns: the worst case, because every statement must be evaluated. */
function patternStatement(account: string): object {
  return {
    Sid: `Pattern${account}`,
    Effect: "Allow",
    Principal: "*",
    Action: ["kms:*"],
    Resource: ["*"],
    Condition: { ...THROUGH_EC2, ArnLike: { "aws:PrincipalArn": [`arn:*:iam::${account}:role/*runner`] } },
  };
}

interface Filled {
  readonly accounts: readonly string[];
  readonly document: { readonly Version: string; readonly Statement: readonly object[] };
}

/** As many accounts as fit into a key policy. */
function filled(statements: (accounts: readonly string[]) => readonly object[]): Filled {
  const documentOf = (accounts: readonly string[]) => ({
    Version: "2012-10-17",
    Statement: statements(accounts),
  });
  let accounts: readonly string[] = [];
  for (;;) {
    const more = [...accounts, accountAt(accounts.length)];
    if (JSON.stringify(documentOf(more)).length > KEY_POLICY_BYTES) {
      return { accounts, document: documentOf(accounts) };
    }
    accounts = more;
  }
}

interface Shape extends Filled {
  readonly name: string;
  readonly aim?: string;
}

const AIM = "< 10 µs";
const BY_ACCOUNT: Shape = {
  name: "two statements per account",
  ...filled((accounts) => accounts.flatMap(statementsFor)),
  aim: AIM,
};
const SHAPES: readonly Shape[] = [
  BY_ACCOUNT,
  {
    name: "one statement, accounts and roles listed",
    ...filled((accounts) => [listedStatement(accounts)]),
    aim: AIM,
  },
  {
    name: "worst case: everybody, narrowed by patterns",
    ...filled((accounts) => accounts.map(patternStatement)),
  },
];

const RUNNER_POLICY = {
  Version: "2012-10-17",
  Statement: [{ Sid: "Keys", Effect: "Allow", Action: ["kms:*"], Resource: [KEY] }],
};

function requestBy(account: string, roleName: string, action: string): AccessRequest {
  return {
    action,
    resource: KEY,
    resourceAccount: OWNER,
    principal: {
      kind: "assumed-role",
      account,
      arn: `arn:${PARTITION}:sts::${account}:assumed-role/${roleName}/keyferry`,
      roleArn: roleArn(PARTITION, account, roleName),
    },
    context: {
      "aws:RequestedRegion": REGION,
      "aws:SecureTransport": "true",
      "aws:SourceIp": "192.0.2.1",
      "kms:ViaService": `ec2.${REGION}.amazonaws.com`,
      "kms:GrantIsForAWSResource": "true",
    },
  };
}

/** Requests of each account's runner in turn, for an action that its statements list and for one that they do not. */
function measure({ name, accounts, document, aim }: Shape): Measurement[] {
  const documents: Documents = {
    identity: [{ name: "runner", document: RUNNER_POLICY }],
    resource: { name: "key policy", document },
  };
  const asked = (role: string, action: string) => accounts.map((account) => requestBy(account, role, action));
  const kinds: [string, readonly AccessRequest[], boolean][] = [
    ["allowed", asked("keyferry-acme-runner", "kms:CreateGrant"), true],
    ["denied", asked("somebody-else", "kms:CreateGrant"), false],
  ];
  const statements = document.Statement.length;
  const size = `${Math.round(JSON.stringify(document).length / 1024)} KB, ${statements} statement${statements === 1 ? "" : "s"}`;
  return kinds.map(([kind, requests, expected]) => {
    let unexpected = 0;
    const value = microsecondsEach(RUNS, (index) => {
      const request = requests[index % requests.length] as AccessRequest;
      if (evaluate(request, documents).allowed !== expected) unexpected++;
    });
    const wrong = unexpected === 0 ? "" : `, ${unexpected} wrong verdicts`;
    return { what: `${name} (${size}), ${kind}${wrong}`, value, unit: "µs", aim };
  });
}

/** Parsing and compiling, which happens once for each document. */
function measureCompiling(): Measurement[] {
  const text = JSON.stringify(BY_ACCOUNT.document);
  const request = requestBy(accountAt(0), "keyferry-acme-runner", "kms:CreateGrant");
  const value = microsecondsEach(200, () => {
    const resource = { name: "key policy", document: JSON.parse(text) as unknown };
    evaluate(request, { resource });
  });
  return [{ what: "parse, compile and evaluate once, 32 KB", value, unit: "µs" }];
}

/** Memory of a compiled policy in addition to its JSON. */
function measureMemory(): Measurement[] {
  const copies = 100;
  const text = JSON.stringify(BY_ACCOUNT.document);
  const documents = Array.from({ length: copies }, () => JSON.parse(text) as unknown);
  const request = requestBy(accountAt(0), "keyferry-acme-runner", "kms:CreateGrant");
  const before = heapUsed();
  for (const document of documents) evaluate(request, { resource: { name: "key policy", document } });
  const each = (heapUsed() - before) / copies / 1024;
  const rss = process.memoryUsage().rss / 1024 / 1024;
  return [
    { what: `a compiled policy of 32 KB in memory (of ${documents.length})`, value: each, unit: "KB" },
    { what: "the whole process in memory", value: rss, unit: "MB" },
  ];
}

/** Bytes after a full collection. */
function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** The evaluator against the largest key policy that KMS accepts, in three shapes, a million times each. */
export const policyBench: Bench = () => [
  ...SHAPES.flatMap(measure),
  ...measureCompiling(),
  ...measureMemory(),
];
