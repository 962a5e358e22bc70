import { AwsCallError } from "../../../../scripts/aws";
import { explain, explainWords, readWords } from "../../../../scripts/engine/explain";
import { lookUp } from "../../../../scripts/engine/explain/look-up";
import { Stage } from "../../fake-aws/stage";
import { ANSWER_CASES, type AnswerCase } from "./cases";

const stage = new Stage();
const context = { topology: stage.topology, aws: stage.cloud.access() };
const WHERE = { account: "222222222222", region: "eu-central-1", source: "111111111111" };

/** How programs print one AWS error. */
const PRINTED: readonly [program: string, print: (one: AnswerCase) => string][] = [
  [
    "the AWS CLI",
    ({ code, operation, message }) =>
      `\nAn error occurred (${code}) when calling the ${nameOf(operation)} operation (reached max retries: 4): ${message}\n`,
  ],
  [
    "boto3",
    ({ code, operation, message }) =>
      `Traceback (most recent call last):\n  File "copy.py", line 3, in <module>\nbotocore.exceptions.ClientError: An error occurred (${code}) when calling the ${nameOf(operation)} operation: ${message}`,
  ],
  [
    "Terraform",
    ({ code, operation, message }) =>
      [
        "╷",
        `│ Error: making it: operation error EC2: ${nameOf(operation)}, https response error StatusCode: 400, RequestID: r-1, api error ${code}: ${message.replace(/ /, "\n│ ")}`,
        "│ ",
        "│   with aws_ami_copy.web,",
        '│   on main.tf line 3, in resource "aws_ami_copy" "web":',
        "╵",
      ].join("\n"),
  ],
  [
    "an older Terraform",
    ({ code, message }) =>
      `Error: making it: ${code}: ${message}\n\tstatus code: 400, request id: r-1\n\n  with aws_ami_copy.web,\n  on main.tf line 3`,
  ],
  [
    "the SDK for JavaScript",
    ({ code, message }) => `${code}: ${message}\n    at throwDefaultError (file.js:1)`,
  ],
  [
    "Keyferry",
    ({ code, operation, message }) =>
      `web/final FAILED\n  ${operation} in 222222222222 eu-central-1: ${code}: ${message} (request id r-1)`,
  ],
  [
    "CloudTrail",
    ({ code, operation, message }) =>
      JSON.stringify({
        Events: [
          {
            EventName: nameOf(operation),
            CloudTrailEvent: JSON.stringify({
              eventName: nameOf(operation),
              errorCode: `${code === "InternalError" ? "Server" : "Client"}.${code}`,
              errorMessage: message,
              awsRegion: "eu-central-1",
              recipientAccountId: "222222222222",
            }),
          },
        ],
      }),
  ],
];
const nameOf = (operation: string) => operation.split(" ")[0] ?? "";

describe.each(PRINTED)("every known AWS error, as %s prints it,", (_program, print) => {
  it("is explained like Keyferry's own AWS errors", async () => {
    // The code of an instance's state, which no call returns.
    for (const one of ANSWER_CASES.filter(({ code }) => !code.startsWith("Client."))) {
      const tellsOperation = print(one).includes(nameOf(one.operation));
      if (!tellsOperation && lookUp(one)?.operations !== undefined) continue;
      const site = { operation: one.operation, account: WHERE.account, region: WHERE.region };
      const answer = { code: one.code, message: one.message, transient: false };
      const ours = await explain(context, new AwsCallError(site, answer), "web/final/prod/eu-central-1");
      const [heard, ...more] = readWords(print(one));
      expect(more).toEqual([]);
      if (heard === undefined) throw new TypeError(`no error was found in ${print(one)}`);
      const { code, reason, ...theirs } = explainWords(heard, WHERE);
      expect({ code, reason }).toEqual({ code: one.code, reason: expect.stringContaining(one.message) });
      expect({ ...ours, ...theirs }).toEqual(ours);
      expect(theirs.cause).toBe(ours.cause);
    }
  });
});

/** The only explanation of a program's output. */
function explained(printed: string, where = {}) {
  const [heard, ...more] = readWords(printed);
  expect(more).toEqual([]);
  return explainWords(heard ?? { message: "" }, where);
}

describe("AWS's message about a later failure", () => {
  it.each([
    [
      "a copied snapshot",
      { Snapshots: [{ State: "error", StateMessage: "Given key ID is not accessible" }] },
      "both keys of a copy",
    ],
    [
      "a copied image",
      {
        Images: [
          {
            State: "failed",
            StateReason: { Code: "x", Message: "Copy image failed with an internal error." },
          },
        ],
      },
      "one of the image's snapshots could not be copied",
    ],
    [
      "a launch of an Auto Scaling group",
      {
        Activities: [
          { StatusMessage: "... Client.InternalError: Client error on launch" },
          { StatusCode: "Successful" },
        ],
      },
      "the principal that launched the instance may not use the key",
    ],
    [
      "EventBridge's event",
      {
        "detail-type": "EBS Snapshot Notification",
        detail: { result: "failed", cause: "Source snapshot ID is not valid" },
      },
      "a snapshot of the source was deleted, or its share was withdrawn",
    ],
  ])("is found in the JSON of %s", (_what, json, cause) => {
    expect(explained(JSON.stringify(json), WHERE).cause).toContain(cause);
  });

  it("is explained when it is given alone", () => {
    expect(explained("Encrypted snapshots with EBS default key cannot be shared").cause).toContain(
      "under the AWS managed key of EBS",
    );
  });
});

describe("an account or Region that the text does not name", () => {
  const words =
    "An error occurred (InvalidAMIName.Duplicate) when calling the CopyImage operation: AMI name web is already in use by AMI ami-1";

  it("is described instead", () => {
    const { cause, fixes, account: theirs } = explained(words);
    expect(cause).toContain(
      "the account of the call has another image of this name in the Region of the call",
    );
    expect(fixes[0]).toContain("the account of the call must deregister");
    expect(theirs).toBeUndefined();
  });

  it("is filled in from the user's options, and the text takes precedence over the options", () => {
    expect(explained(words, WHERE).cause).toContain(
      "account 222222222222 has another image of this name in eu-central-1",
    );
    const ours = "CopyImage in 333333333333 eu-west-1: InvalidAMIName.Duplicate: taken";
    expect(explained(ours, WHERE).cause).toContain(
      "account 333333333333 has another image of this name in eu-west-1",
    );
  });
});

describe("a denial", () => {
  const denied = (owner: string, tail: string) =>
    `An error occurred (AccessDeniedException) when calling the CreateGrant operation: User: arn:aws:sts::222222222222:assumed-role/copier/me is not authorized to perform: kms:CreateGrant on resource: arn:aws:kms:eu-west-1:${owner}:key/1${tail}`;
  const byIdentity = " because no identity-based policy allows the kms:CreateGrant action";

  it("on another account's key names both halves of the permission", () => {
    const { fixes } = explained(denied("111111111111", byIdentity));
    expect(fixes).toEqual([
      "account 222222222222 must allow kms:CreateGrant on arn:aws:kms:eu-west-1:111111111111:key/1 to role copier of 222222222222",
      "account 111111111111 must allow it to account 222222222222 in the policy of that key",
    ]);
  });

  it("on a key of the same account names one half", () => {
    expect(explained(denied("222222222222", byIdentity)).fixes).toHaveLength(1);
  });

  it("by the key policy names the key's account, by an explicit deny names the statement to remove, by the organisation names no account", () => {
    const byKey = explained(
      denied("111111111111", " because no resource-based policy allows the kms:CreateGrant action"),
    );
    expect(byKey.account).toBe("111111111111");
    const byDeny = explained(denied("222222222222", " with an explicit deny in an identity-based policy"));
    expect(byDeny.fixes[0]).toContain("must remove the statement that denies kms:CreateGrant");
    const byOrganisation = explained(
      denied("222222222222", " with an explicit deny in a service control policy"),
    );
    expect(byOrganisation.fixes[0]).toContain("management account");
    expect(byOrganisation.account).toBeUndefined();
  });
});

describe("unknown text", () => {
  it("is kept unchanged, without a cause", () => {
    expect(explained("The flux capacitor is empty")).toEqual({
      code: "Unknown",
      reason: "The flux capacitor is empty",
      fixes: [],
    });
  });

  it("is distinguished from JSON that contains no failure", () => {
    expect(readWords(JSON.stringify({ Images: [{ State: "available" }] }))).toEqual([]);
    expect(readWords("  \n")).toEqual([]);
  });
});

it("several errors in one output are explained one by one, repeated ones only once", () => {
  const box = (code: string) =>
    `╷\n│ Error: copying: operation error EC2: CopyImage, https response error StatusCode: 400, RequestID: r, api error ${code}: no\n╵\n`;
  const heard = readWords(box("OptInRequired") + box("InvalidAMIName.Duplicate") + box("OptInRequired"));
  expect(heard.map(({ code }) => code)).toEqual(["OptInRequired", "InvalidAMIName.Duplicate"]);
});
