import { byValue } from "@keyferry/common";
import type { Parties } from "./parties";
import type { AskedQuestion } from "./questions";

/** Which questions some parties were asked already. Each of these answers whether one is new, and remembers it. */
export interface AskedBefore {
  /** With other values of the condition keys that are pinned. */
  readonly isNewValue: (question: AskedQuestion) => boolean;
  /** By others, or on what belongs to others. */
  readonly isNewOther: (question: AskedQuestion) => boolean;
  /** With actions that are not needed. */
  readonly isNewAction: (question: AskedQuestion) => boolean;
  /** The same, whatever else is asked: of one role, or about one resource, one call is enough. */
  readonly isNewNeed: (name: string) => (question: AskedQuestion) => boolean;
}

/** The same of what belongs to others, by one caller in one place. */
export interface AskedElsewhere {
  readonly isNew: (question: AskedQuestion) => boolean;
  /** Whether a list of questions is new for some parties; given as the same object when it is the same. */
  readonly isNewRun: (parties: Parties) => (asked: readonly AskedQuestion[]) => boolean;
}

/** What parties were asked before; and on what belongs to others, by who asks and where that is. */
export function askedBefore() {
  return {
    of: byValue(({ keys }: Parties): AskedBefore => {
      const numberOf = ({ numberFor }: AskedQuestion) => numberFor(keys);
      return {
        isNewValue: once(numberOf),
        isNewOther: once(numberOf),
        isNewAction: once(numberOf),
        isNewNeed: byValue(() => once(({ need }) => need)),
      };
    }),
    elsewhere: byValue<string, (place: string) => AskedElsewhere>(() =>
      byValue(() => ({
        isNew: once(({ elsewhere }) => elsewhere),
        isNewRun: byValue(() => once((asked) => asked)),
      })),
    ),
  };
}

/** Whether what is told of something has not been seen. */
function once<T>(telling: (asked: T) => unknown): (asked: T) => boolean {
  const seen = new Set<unknown>();
  return (asked) => seen.size < seen.add(telling(asked)).size;
}
