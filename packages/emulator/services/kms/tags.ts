import type { OperationTable } from "../../contract";
import { requestTagKeys } from "./access";
import { page, strings, tagsOf, withinTagQuota } from "./input";
import { onKey } from "./on-key";
import type { KmsState } from "./state";

const DEFAULT_PAGE = 50;

/** Tags of keys, with KMS's member names `TagKey` and `TagValue`. */
export function tagOperations(state: KmsState): OperationTable {
  return {
    TagResource: onKey(state, {
      state: "kept",
      context: (call) => requestTagKeys(tagsOf(call)),
      run(key, call) {
        key.tags = withinTagQuota({ ...key.tags, ...tagsOf(call) });
        return {};
      },
    }),
    UntagResource: onKey(state, {
      state: "kept",
      context: (call) => ({ "aws:TagKeys": strings(call, "TagKeys") ?? [] }),
      run(key, call) {
        const gone = new Set(strings(call, "TagKeys"));
        key.tags = Object.fromEntries(Object.entries(key.tags).filter(([name]) => !gone.has(name)));
        return {};
      },
    }),
    ListResourceTags: onKey(state, {
      run(key, call) {
        const { entries, rest } = page(call, Object.entries(key.tags), DEFAULT_PAGE);
        return { Tags: entries.map(([TagKey, TagValue]) => ({ TagKey, TagValue })), ...rest };
      },
    }),
  };
}
