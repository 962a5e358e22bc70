import type { Rule } from "../types";
import { keyPolicyResource } from "./key-policy-resource";

/** Every rule; each lives in a file of its id's name. */
export const RULES: readonly Rule[] = [keyPolicyResource];
