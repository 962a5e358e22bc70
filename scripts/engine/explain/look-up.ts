import { entryOf, type Meaning, type Words } from "./catalogue";
import { familyOf } from "./families";
import { launchEntry } from "./launches";
import { stateEntry } from "./states";

/**
 * What an error means; undefined for an unknown one. Services put AWS's sentences about launches and copies behind codes that say nothing, such as
 * ValidationError; only without such a sentence does the form of a code count.
 */
export function lookUp(words: Words): Meaning | undefined {
  const { code, message } = words;
  const byCode = code === undefined ? undefined : entryOf(words);
  return (
    byCode ??
    launchEntry(message) ??
    stateEntry(message) ??
    entryOf({ message }) ??
    (code === undefined ? undefined : familyOf(code))
  );
}
