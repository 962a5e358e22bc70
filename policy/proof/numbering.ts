/** Numbers texts: equal ones alike. There are many questions, and long texts are slow to compare. */
export type Numbering = (text: string) => number;

export function numbering(): Numbering {
  const known = new Map<string, number>();
  return (text) => {
    const number = known.get(text) ?? known.size;
    if (number === known.size) known.set(text, number);
    return number;
  };
}
