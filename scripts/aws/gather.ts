interface Question<Q, A> {
  readonly about: Q;
  readonly resolve: (answer: A | PromiseLike<A>) => void;
}

/**
 * Collects the requests of one turn of the event loop, so that many requests become few calls: a caller that needs many things
 * requests them concurrently, and does not have to know how they are batched.
 * @param answer returns one result for each request, in the same order
 */
export function gather<Q, A>(
  answer: (questions: readonly Q[]) => readonly Promise<A>[],
): (question: Q) => Promise<A> {
  let waiting: Question<Q, A>[] = [];
  return (about) =>
    new Promise((resolve) => {
      waiting.push({ about, resolve });
      if (waiting.length > 1) return;
      setImmediate(() => {
        const asked = waiting;
        waiting = [];
        const answers = answer(asked.map((question) => question.about));
        for (const [index, question] of asked.entries()) {
          question.resolve(answers[index] as Promise<A>);
        }
      });
    });
}

/** Splits a list into parts of at most `size`. */
export function parts<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  const cut: (readonly T[])[] = [];
  for (let start = 0; start < list.length; start += size) cut.push(list.slice(start, start + size));
  return cut;
}
