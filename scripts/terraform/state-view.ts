/** The names in a stack's state, without values, because values of a state are secrets. */
export interface StateView {
  readonly outputs: readonly string[];
  /** `aws_kms_alias.home` */
  readonly resources: readonly string[];
}

interface State {
  /** Empty if nothing was ever stored: a backend in a bucket then returns an empty state. */
  readonly lineage?: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly resources?: readonly { readonly mode: string; readonly type: string; readonly name: string }[];
}

/** Reads the output of `terraform state pull`, which can start with warnings; undefined if there is no state. */
export function readState(text: string): StateView | undefined {
  const begin = text.search(/^\{/m);
  if (begin < 0) return undefined;
  const { lineage, outputs = {}, resources = [] } = JSON.parse(text.slice(begin)) as State;
  if (lineage === "") return undefined;
  return {
    outputs: Object.keys(outputs),
    resources: resources.filter(({ mode }) => mode === "managed").map(({ type, name }) => `${type}.${name}`),
  };
}
