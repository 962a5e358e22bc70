import { visible } from "../../core/visible";

/** One escape function for each medium: names, tags and conditions are untrusted text and must have no effect. */

/** A text in one line, without invisible control characters. */
function oneLine(text: string): string {
  return visible(text.replace(/\s+/g, " "));
}

/** ASCII characters that have no meaning in Markdown or HTML, except possibly at the beginning of a line. */
const PLAIN = /[^A-Za-z0-9 ,.;()=/\u0080-\uffff-]/g;

/**
 * A text within a line of a comment on GitHub or GitLab: no markup, HTML or link, and no mention of a user or an issue.
 * Characters that start a mention are followed by a zero-width space.
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
