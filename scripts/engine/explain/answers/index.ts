import type { AnswerEntry } from "../entry";
import { COPY_ANSWERS } from "./copies";
import { ENTRY_ANSWERS } from "./entry-to-account";
import { KEY_ANSWERS } from "./keys";
import { LIMIT_ANSWERS } from "./limits";
import { PERMISSION_ANSWERS } from "./permissions";
import { SHARING_ANSWERS } from "./sharing";
import { SOURCE_ANSWERS } from "./source-images";

/** Every answer of AWS that has an explanation. Order matters: the first entry that fits is taken. */
export const ANSWERS: readonly AnswerEntry[] = [
  ...ENTRY_ANSWERS,
  ...SHARING_ANSWERS,
  ...SOURCE_ANSWERS,
  ...COPY_ANSWERS,
  ...KEY_ANSWERS,
  ...LIMIT_ANSWERS,
  ...PERMISSION_ANSWERS,
];
