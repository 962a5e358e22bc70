import { randomUUID } from "node:crypto";
import type { Caller, JsonObject, KeyService, KeyView, Trail, TrailEntry } from "../contract";
import { isReading } from "./calls";
import { foreignIdentityOf, identityOf, usernameOf } from "./identity";

/** What EBS records for each of its calls; its data keys are 64 bytes. Source: KMS developer guide, "How EBS uses AWS KMS". */
const DATA_KEY_BYTES = 64;
const INTERNAL = "AWS Internal";

interface Asked {
  readonly caller: Caller;
  readonly key: KeyView;
  readonly context: Readonly<Record<string, string>>;
  readonly denied: boolean;
}

/**
 * The same keys, with every use by a service on a caller's behalf recorded in the trails. The two permissions of
 * ReEncrypt are one call: it is recorded when the second is checked, or when the first is denied.
 */
export function traced(keys: KeyService, trail: Trail): KeyService {
  const opened = new Map<string, Asked>();
  return {
    ...keys,
    find: (...about) => keys.find(...about),
    managed: (...about) => keys.managed(...about),
    async allows(caller, action, key, via) {
      const verdict = await keys.allows(caller, action, key, via);
      const asked = { caller, key, context: via.encryptionContext ?? {}, denied: !verdict.allowed };
      const operation = action.replace(/^kms:/, "");
      if (operation === "ReEncryptFrom" && !asked.denied) {
        opened.set(caller.arn, asked);
      } else if (operation === "ReEncryptTo" || operation === "ReEncryptFrom") {
        const source = operation === "ReEncryptTo" ? opened.get(caller.arn) : asked;
        opened.delete(caller.arn);
        record(trail, "ReEncrypt", asked, [source ?? asked, asked], {
          sourceEncryptionContext: (source ?? asked).context,
          destinationEncryptionContext: asked.context,
          sourceKeyId: (source ?? asked).key.arn,
          destinationKeyId: asked.key.arn,
        });
      } else {
        record(trail, operation, asked, [asked], requestOf(operation, asked));
      }
      return verdict;
    },
  };
}

/** Source: KMS developer guide, examples of Amazon EC2 in "Logging AWS KMS API calls". */
function requestOf(operation: string, { caller, key, context }: Asked): JsonObject {
  const resource = context["aws:ebs:id"];
  if (operation === "CreateGrant") {
    return {
      constraints: { encryptionContextSubset: context },
      granteePrincipal:
        resource === undefined ? undefined : `${caller.account}:aws:ec2-infrastructure:${resource}`,
      keyId: key.arn,
    };
  }
  if (operation === "GenerateDataKeyWithoutPlaintext") {
    return { encryptionContext: context, numberOfBytes: DATA_KEY_BYTES, keyId: key.arn };
  }
  return { ...(Object.keys(context).length === 0 ? {} : { encryptionContext: context }), keyId: key.arn };
}

function record(
  trail: Trail,
  name: string,
  { caller, key, denied }: Asked,
  used: readonly Asked[],
  request: JsonObject,
): void {
  const owners = [...new Set(used.map((one) => one.key.account))].filter((a) => a !== caller.account);
  const entry: TrailEntry = {
    recipient: caller.account,
    region: key.region,
    source: "kms.amazonaws.com",
    name,
    identity: { ...identityOf(caller), invokedBy: INTERNAL },
    username: usernameOf(caller),
    readOnly: isReading(name),
    request,
    error: denied
      ? {
          code: "AccessDenied",
          message: `User: ${caller.arn} is not authorized to perform: kms:${name} on resource: ${key.arn}`,
        }
      : undefined,
    resources: used.map((one) => ({ arn: one.key.arn, account: one.key.account, type: "AWS::KMS::Key" })),
    sharedEventId: owners.length === 0 ? undefined : randomUUID(),
    sourceAddress: INTERNAL,
    userAgent: INTERNAL,
  };
  trail.record(entry);
  if (denied) return;
  for (const owner of owners) {
    const identity = { ...foreignIdentityOf(caller), invokedBy: INTERNAL };
    trail.record({ ...entry, recipient: owner, identity, username: undefined });
  }
}
