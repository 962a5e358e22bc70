import type { TopologyInput } from "../../topology";

/** `keyferry.config.ts` of a topology that exists as data, as a person would write it. */
export function importedConfiguration(topology: TopologyInput): string {
  return [
    'import { defineTopology } from "keyferry/topology";',
    "",
    "/** Written by keyferry import; see docs/adoption.md before the first deployment. */",
    `export default defineTopology(${literal(topology, "")});`,
    "",
  ].join("\n");
}

/** Characters of a line. */
const WIDTH = 110;

function literal(value: unknown, indent: string): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((one) => literal(one, inner))
    : Object.entries(value).map(([key, one]) => `${member(key)}: ${literal(one, inner)}`);
  const space = Array.isArray(value) || parts.length === 0 ? "" : " ";
  const line = `${open}${space}${parts.join(", ")}${space}${close}`;
  if (!line.includes("\n") && indent.length + line.length <= WIDTH && indent !== "") return line;
  return `${open}\n${parts.map((part) => `${inner}${part},\n`).join("")}${indent}${close}`;
}

function member(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
