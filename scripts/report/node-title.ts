/**
 * The name of a copy, or of a task on it, in all texts for people: `web/final/prod/eu-central-1` -> `web -> prod eu-central-1`,
 * `web/transit/builder/eu-west-1` -> `web (transit) builder eu-west-1`, and likewise for shares. Other nodes keep their id.
 */
export function nodeTitle(id: string): string {
  const [rule, role, account, region, ...task] = id.split("/");
  const way = WAYS[role ?? ""];
  if (way === undefined) return id;
  const title = `${rule} ${way} ${account} ${region}`;
  return task.length === 0 ? title : `${title}, ${task.join(" ")}`;
}

const WAYS: Readonly<Record<string, string>> = {
  final: "->",
  transit: "(transit)",
  share: "->",
  shared: "(shared)",
};
