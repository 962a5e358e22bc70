import type { Element, Samples } from "./input";
import { escaped, quoted, type Hcl } from "./text";
import { parts, type Part } from "./tree";

/** Samples that enclosing loops iterate over, each with the name of its element. */
export type Scope = ReadonlyMap<Samples, Element>;

export interface Template {
  readonly hcl: Hcl;
  /** Samples in it without an enclosing loop. */
  readonly over: readonly Samples[];
  /** Whether several elements may give the same value. */
  readonly isShared: boolean;
}

/** A text with samples in it as an expression. */
export function template(text: string, all: readonly Samples[], scope: Scope): Template {
  const over = new Set<Samples>();
  let isShared = false;
  const pieces = parts(text).flatMap((part): readonly Part[] => {
    if ("expression" in part) return [part];
    return split(part.literal, all).map((piece) => {
      if (typeof piece === "string") return { literal: piece };
      const { samples, sample } = piece;
      const element = scope.get(samples);
      if (element === undefined) over.add(samples);
      isShared ||= sample.isShared === true;
      return { expression: sample.of(element ?? { key: "key", value: samples.element }) };
    });
  });
  const [only] = pieces;
  const hcl =
    pieces.length === 1 && only !== undefined && "expression" in only
      ? only.expression
      : pieces.length === 0
        ? quoted("")
        : `"${pieces.map((piece) => ("expression" in piece ? `\${${piece.expression}}` : escaped(piece.literal))).join("")}"`;
  return { hcl, over: [...over], isShared };
}

interface Piece {
  readonly samples: Samples;
  readonly sample: Samples["texts"][number];
}

/** A literal text cut at the samples in it, the longer ones first. */
function split(literal: string, all: readonly Samples[]): readonly (string | Piece)[] {
  const known = all
    .flatMap((samples) => samples.texts.map((sample): Piece => ({ samples, sample })))
    .sort((a, b) => b.sample.text.length - a.sample.text.length);
  const cut = known.reduce<readonly (string | Piece)[]>(
    (pieces, piece) =>
      pieces.flatMap((one) =>
        typeof one === "string"
          ? one.split(piece.sample.text).flatMap((rest, index) => (index === 0 ? [rest] : [piece, rest]))
          : [one],
      ),
    [literal],
  );
  return cut.filter((piece) => piece !== "");
}
