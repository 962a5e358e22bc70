import {
  KEY_ROWS,
  keyPolicy,
  proofTarget,
  renderPolicy,
  RUNNER_TRUST_ROWS,
  runnerTrust,
  terraformTarget,
} from "../../policy";
import { keyDeclarations, runnerAccess, RUNNER_ROWS, runnerPolicy } from "../../topology";
import {
  acme,
  databases,
  following,
  mutual,
  registered,
  registeredAtHome,
  sharing,
  snapshots,
  stored,
  withEbsDefaults,
} from "../_helpers/topologies";

const topologies = [
  acme(),
  following(),
  mutual(),
  withEbsDefaults(),
  snapshots(),
  databases(),
  sharing(),
  stored(),
  registered(),
  registeredAtHome(),
];
const rows = [...KEY_ROWS, ...RUNNER_ROWS, ...RUNNER_TRUST_ROWS];

function runnerDocuments() {
  return topologies.flatMap((topology) =>
    topology.accounts.map((account) =>
      renderPolicy(runnerPolicy(runnerAccess(topology, account)), proofTarget),
    ),
  );
}

function keyDocuments() {
  return topologies.flatMap((topology) =>
    keyDeclarations(topology).map((key) => renderPolicy(keyPolicy(key), proofTarget)),
  );
}

describe("the permission table", () => {
  test("has one row per id, each with a reason and a source", () => {
    expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
    for (const row of rows) {
      expect(row.id).toMatch(/^[A-Za-z0-9]+$/);
      expect(row.why.length).toBeGreaterThan(20);
      expect(row.source.length).toBeGreaterThan(5);
    }
  });

  test("has no row that the sample topologies do not use", () => {
    const used = new Set(
      [
        ...runnerDocuments(),
        ...keyDocuments(),
        ...topologies.flatMap((t) =>
          t.accounts.map((a) => renderPolicy(runnerTrust(runnerAccess(t, a)), proofTarget)),
        ),
      ]
        .flatMap((document) => document.Statement)
        .map((statement) => statement.Sid),
    );
    expect(rows.map((row) => row.id).filter((id) => !used.has(id))).toEqual([]);
  });
});

describe("the runner role's policy", () => {
  test("never uses a wildcard for a key", () => {
    for (const statement of runnerDocuments().flatMap((document) => document.Statement)) {
      if (!statement.Action.some((action) => action.startsWith("kms:"))) continue;
      // Listing aliases uses no key.
      if (statement.Action.every((action) => action === "kms:ListAliases")) continue;
      for (const resource of statement.Resource ?? [])
        expect(resource).toMatch(/^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[0-9a-f-]{36}$/);
    }
  });

  test("allows creating grants only for AWS services", () => {
    const grants = runnerDocuments()
      .flatMap((document) => document.Statement)
      .filter((statement) => statement.Action.includes("kms:CreateGrant"));
    expect(grants.length).toBeGreaterThan(0);
    for (const grant of grants)
      expect(grant.Condition?.["Bool"]).toEqual({ "kms:GrantIsForAWSResource": ["true"] });
  });

  test("fits into IAM's limit for the inline policies of a role, in characters without white space", () => {
    for (const document of runnerDocuments()) expect(JSON.stringify(document).length).toBeLessThan(10_240);
  });

  test("allows removing only resources with the topology's own tag", () => {
    for (const statement of runnerDocuments().flatMap((document) => document.Statement)) {
      if (!statement.Action.some((action) => /Deregister|Delete(Snapshot)/.test(action))) continue;
      expect(Object.keys(statement.Condition?.["StringEquals"] ?? {})).toContain(
        "aws:ResourceTag/keyferry:topology",
      );
    }
  });
});

describe("a key policy", () => {
  test("always allows the owning account's administrators", () => {
    for (const document of keyDocuments()) {
      expect(document.Statement[0]).toMatchObject({
        Action: ["kms:*"],
        Principal: { AWS: [expect.stringMatching(/:root$/)] },
      });
    }
  });

  test("denies every principal the deletion of the key, and denies nothing else", () => {
    for (const document of keyDocuments()) {
      expect(document.Statement.filter(({ Effect }) => Effect === "Deny")).toEqual([
        {
          Sid: "NobodySchedulesDeletion",
          Effect: "Deny",
          Principal: { AWS: ["*"] },
          Action: ["kms:ScheduleKeyDeletion"],
          Resource: ["*"],
        },
      ]);
    }
  });

  test("allows another account only as its runner role", () => {
    for (const document of keyDocuments()) {
      const [own] = document.Statement;
      const owner = JSON.stringify(own?.Principal);
      for (const statement of document.Statement.slice(1).filter(({ Effect }) => Effect === "Allow")) {
        if (JSON.stringify(statement.Principal) === owner || /^DefaultKey/.test(statement.Sid)) continue;
        expect(statement.Condition?.["ArnEquals"]?.["aws:PrincipalArn"]?.length).toBeGreaterThan(0);
      }
    }
  });

  test("of an EBS default key allows every principal of its account, only through EC2", () => {
    const statements = keyDocuments().flatMap((document) => document.Statement);
    const defaults = statements.filter(({ Sid }) => Sid.startsWith("DefaultKey"));
    expect(defaults.length).toBeGreaterThan(0);
    for (const { Condition } of defaults) {
      expect(Condition?.["StringEquals"]).toEqual({
        "kms:CallerAccount": ["111111111111"],
        "kms:ViaService": [expect.stringMatching(/^ec2\.us-(east-1|west-2)\.amazonaws\.com$/)],
      });
    }
  });

  test("names no role as a principal, because the role may not exist yet", () => {
    expect(JSON.stringify(keyDocuments().flatMap((d) => d.Statement.map((s) => s.Principal)))).not.toContain(
      ":role/",
    );
  });
});

test("Terraform's rendering escapes IAM variables and keeps the key's token", () => {
  const key = { account: "111111111111", region: "eu-west-1", alias: "alias/x" };
  const [statement] = renderPolicy(
    [
      {
        sid: "S",
        effect: "Allow",
        actions: ["kms:Decrypt"],
        resources: [key, "arn:${aws:PrincipalTag/team}"],
      },
    ],
    terraformTarget(() => "${TfToken[TOKEN.1]}"),
  ).Statement;
  expect(statement?.Resource).toEqual(["${TfToken[TOKEN.1]}", "arn:$${aws:PrincipalTag/team}"]);
});
