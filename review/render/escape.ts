import { visible } from "../../core/visible";

/** One function for each medium: names, tags and conditions are others' words, and nothing in them is obeyed. */

/** A text in one line, without characters that are obeyed and not seen. */
function oneLine(text: string): string {
  return visible(text.replace(/\s+/g, " "));
}

/** ASCII that means nothing in Markdown or HTML, wherever in a line it stands but at its beginning. */
const PLAIN = /[^A-Za-z0-9 ,.;()=/\u0080-\uffff-]/g;

/**
 * A text within a line of a comment on GitHub or GitLab: no markup, no HTML, no link, nobody and no issue mentioned. What a
 * mention is made of is followed by a space of no width.
 */
export function markdown(text: string): string {
  return oneLine(text).replace(PLAIN, (character) => {
    const entity = `&#${character.charCodeAt(0)};`;
    return character === "@" || character === "#" || character === "!" || character === "$"
      ? `${entity}&#8203;`
      : entity;
  });
}

/** The message of a workflow command. Source: GitHub, "Workflow commands for GitHub Actions"; actions/toolkit, command.ts. */
export function annotation(text: string): string {
  return oneLine(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** A property of a workflow command, likewise. */
export function annotationProperty(text: string): string {
  return annotation(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
