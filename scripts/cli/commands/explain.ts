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
  /** That was called, 12 digits. */
  readonly account?: string;
  readonly region?: string;
  /** Of the image or snapshot, 12 digits. */
  readonly sourceAccount?: string;
  readonly json?: boolean;
}

/**
 * `keyferry explain`: what AWS's refusals mean, whichever program has met them. Looks at nothing but the words.
 * @returns 1 where one of them has no explanation
 * @throws ConfigurationError when there are no words
 */
export function explainCommand(
  host: Host,
  words: readonly string[],
  options: ExplainOptions,
): Promise<number> {
  tellNowhere(host, "the words", options);
  const heard = readWords(words.length > 0 && words[0] !== "-" ? words.join(" ") : fromStandardInput(host));
  if (heard.length === 0) {
    const what = "they contain no error from AWS and no failed copy or launch";
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
