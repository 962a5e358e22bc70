import type { Cause } from "./entry";

/**
 * What the form of a code says, if no entry names the code itself: AWS builds its codes from the resource and what is wrong
 * with it. A family says no more than that, so that it never blames another resource.
 * Source: EC2 API reference, "Error codes"; the common errors of each service's API reference.
 */
const FAMILIES: readonly (Cause & { readonly code: RegExp })[] = [
  {
    code: /NotFound(Exception|Error|Fault)?$|^NoSuch\w+$|NotInUseException$|DoesNotExist\w*$|^DeleteFleetError$/,
    cause:
      "the resource that AWS names does not exist in account <account> in <region>: it was deleted, has not been created yet, or is in another account or Region",
    fix: "check its id or name, and the account and Region of the call; a resource created seconds ago may not be visible yet",
    side: "caller",
  },
  {
    code: /AlreadyExists(Exception|Fault)?$|^Already\w+Exception$|\.Duplicate$|^Duplicate\w*Exception$|AlreadyEnabledException$|^AlreadyExists$|^\w+AlreadyExists$/,
    cause: "account <account> has a resource with this name or setting in <region> already",
    fix: "use the one that exists, or choose another name",
    side: "caller",
  },
  {
    code: /InUse(Exception|Fault)?$|^DependencyViolation$|^DeleteConflict(Exception)?$/,
    cause: "something else still uses the resource to be changed or deleted",
    fix: "find what uses it and remove that first; AWS's message may name it",
    side: "caller",
  },
  {
    code: /^(?:\w*)?(?:LimitExceeded|QuotaExceeded|TooLarge)\w*$|^MaxSpot\w+Exceeded$|^TooMany\w+$|^RequestEntityTooLarge$/,
    cause:
      "a quota of account <account> in <region> is used up, or the request is larger than the service accepts",
    fix: "check the quota in Service Quotas of account <account>, delete resources that are not needed, or ask AWS for a higher one",
    side: "caller",
  },
  {
    code: /State(Exception|Fault)?$|NotEnabledException$|^IncorrectState\w*$|NotAttachedException$|^ActiveInstanceRefresh\w*$|^InstanceRefreshInProgress$|^Irreversible\w+$|^\w*InProgress(Fault|Exception)?$/,
    cause: "the resource is not in the state that the call needs",
    fix: "check its state in account <account> in <region>, wait or change it, and call again",
    side: "caller",
  },
  {
    code: /^(?:Malformed\w+|Validation(Error|Exception)|Missing\w+|Invalid\w*(\.\w+)*|\w+\.Malformed\w*|Unsupported\w*|NotImplemented|\w*NotSupported(Exception|Fault)?|SerializationException|UnknownParameter|UnknownOperationException|BadRequest\w*|ConstraintViolationException|TagException|Incorrect\w+)$/,
    cause: "AWS does not accept the request: a value, or a combination of values, is not allowed",
    fix: "correct the value that AWS's message names, as the API reference of the operation describes",
    side: "user",
  },
  {
    code: /^Expired\w*$|Expired(Exception)?$/,
    cause: "something that was sent with the request has expired",
    fix: "get a new one (credentials, an import token, a page token) and send the request again",
    side: "user",
  },
  {
    code: /^(?:Conflict(Exception)?|\w*Conflict(Exception|Fault)?|ConcurrentModification\w*|OperationAborted)$/,
    cause: "another change of the same resource is in progress",
    fix: "wait until it has ended, and call again",
    side: "caller",
  },
  {
    code: /^(?:PermanentRedirect|TemporaryRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException)$/,
    cause: "the bucket is in another Region than the call",
    fix: "call the bucket's own Region: `aws s3api get-bucket-location --bucket <bucket>` shows it",
    side: "user",
  },
  {
    code: /^PreconditionFailed$/,
    cause:
      "the object is not in the state that the request requires: it was changed or created in the meantime",
    fix: "read the object again, and decide whether the change is still wanted",
    side: "user",
  },
  {
    code: /^KMSInvalid(?:Mac|Signature)Exception$/,
    cause: "the signature or MAC does not belong to this message, key and algorithm",
    fix: "verify with the key, the algorithm and the message with which it was created",
    side: "user",
  },
  {
    code: /^(?:\w*ChangesNotAllowed\w*|NotAuthorizedException|OperationNotPermitted\w*|\w*NotAllowed\w*)$/,
    cause: "AWS does not allow this operation on this resource, regardless of the caller's permissions",
    fix: "see AWS's message for the rule; resources that AWS manages cannot be changed",
    side: "user",
  },
  {
    code: /^DryRunOperation(Exception)?$/,
    cause: "the call was a dry run, and would have succeeded",
    fix: "call without dry run to make the change",
    side: "user",
  },
];

/** What a code's form says; undefined for a code of an unknown form. */
export function familyOf(code: string): Cause | undefined {
  return FAMILIES.find((family) => family.code.test(code));
}
