interface Question<Q, A> {
  readonly about: Q;
  readonly resolve: (answer: A | PromiseLike<A>) => void;
}

/**
 * Collects what is asked in one turn of the event loop, so that many questions become few calls: whoever asks for many
 * things asks for them at once, and need not know how they are batched.
 * @param answer one answer for each question, in their order
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

/** Cuts a list into parts of at most `size`. */
export function parts<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  const cut: (readonly T[])[] = [];
  for (let start = 0; start < list.length; start += size) cut.push(list.slice(start, start + size));
  return cut;
}
