import { visible } from "../../core/visible";

/** The terminal on which progress is shown; absent if standard error is not a terminal. */
export interface Terminal {
  write(text: string): void;
  columns(): number;
  rows(): number;
  readonly color: boolean;
  /** Registers a callback for the end of the process, for any reason; the returned function removes it. */
  onExit(callback: () => void): () => void;
}

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";

/** Permanent lines, above lines that are redrawn. */
export interface LiveScreen {
  /** Prints a permanent text. */
  log(text: string): void;
  /** Replaces the lines that were drawn before. */
  draw(lines: readonly string[]): void;
  /** Removes the drawn lines and shows the cursor again; does nothing when it is called again. */
  end(): void;
}

export function liveScreen(terminal: Terminal): LiveScreen {
  let drawn: readonly string[] = [];
  let ended = false;
  const forget = terminal.onExit(() => terminal.write(SHOW_CURSOR));
  terminal.write(HIDE_CURSOR);
  // One write for each change, so that nothing flickers and no partial frame is shown.
  const show = (kept: string, lines: readonly string[]) => {
    const back = drawn.length === 0 ? "" : `\u001b[${drawn.length}A\r\u001b[0J`;
    terminal.write(`${back}${kept}${lines.map((line) => `${line}\n`).join("")}`);
    drawn = lines;
  };
  return {
    log: (text) => show(`${visible(text)}\n`, drawn),
    draw: (lines) => show("", lines),
    end() {
      if (ended) return;
      ended = true;
      show("", []);
      terminal.write(SHOW_CURSOR);
      forget();
    },
  };
}
