import { visible } from "../../core/visible";

/** The terminal on which progress is shown; absent where standard error is none. */
export interface Terminal {
  write(text: string): void;
  columns(): number;
  rows(): number;
  readonly color: boolean;
  /** Called however the process ends; the returned function forgets it. */
  onExit(callback: () => void): () => void;
}

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";

/** Lines that stay, above lines that are drawn anew. */
export interface LiveScreen {
  /** Prints a text that stays. */
  log(text: string): void;
  /** Replaces what was drawn before. */
  draw(lines: readonly string[]): void;
  /** Takes the drawing away and gives the cursor back; does nothing when it is called again. */
  end(): void;
}

export function liveScreen(terminal: Terminal): LiveScreen {
  let drawn: readonly string[] = [];
  let ended = false;
  const forget = terminal.onExit(() => terminal.write(SHOW_CURSOR));
  terminal.write(HIDE_CURSOR);
  // One write for each change: nothing flickers, and no half a frame is ever seen.
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
