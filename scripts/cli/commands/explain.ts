import { isatty } from "node:tty";
import { ConfigurationError } from "../../../core/errors";
import { explainWords, readWords, type Explanation } from "../../engine/explain";
import { explanationText } from "../../report/event-text";
import { hanging } from "../../report/wrap";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { readText } from "../read-text";
import { tellNowhere } from "../whereabouts";
import { widthOf } from "../width";

export interface ExplainOptions {
  /** The account that was called, 12 digits. */
  readonly account?: string;
  readonly region?: string;
  /** The account of the image or snapshot, 12 digits. */
  readonly sourceAccount?: string;
  readonly json?: boolean;
}

/**
 * `keyferry explain`: explains errors from AWS that any program printed. Reads only the given text.
 * @returns 1 if one of them has no explanation
 * @throws ConfigurationError if there is no text
 */
export function explainCommand(
  host: Host,
  words: readonly string[],
  options: ExplainOptions,
): Promise<number> {
  tellNowhere(host, "the words", options);
  const heard = readWords(words.length > 0 && words[0] !== "-" ? words.join(" ") : fromStandardInput(host));
  if (heard.length === 0) {
    const what = "the text contains no AWS error and no failed copy or launch";
    const allowed = 'aws ... 2>&1 | keyferry explain, or keyferry explain "the error text"';
    throw new ConfigurationError([{ path: "words", what, allowed }], "what is to be explained");
  }
  const { account, region, sourceAccount: source } = options;
  const where = { ...(account && { account }), ...(region && { region }), ...(source && { source }) };
  const explanations = heard.map((one) => explainWords(one, where));
  const text = explanations.map(textOf).join("\n\n");
  host.out(options.json === true ? JSON.stringify({ explanations }) : hanging(text, widthOf(host).columns));
  const isKnown = explanations.every(({ cause }) => cause !== undefined);
  return Promise.resolve(isKnown ? EXIT.done : EXIT.failed);
}

function textOf(explanation: Explanation): string {
  const text = explanationText(explanation, "");
  return explanation.cause === undefined ? `${text}\ncause: not known to Keyferry` : text;
}

function fromStandardInput(host: Host): string {
  if (isatty(0)) host.err("Paste the error text, then press Ctrl-D on a line of its own.");
  return readText(host, "-", "standard input");
}
