import { liveScreen, type Terminal } from "../../../scripts/cli/live-screen";

const ESC = "\u001b[";

/** Interprets the screen's output like a terminal. */
class Paper implements Terminal {
  readonly color = false;
  readonly lines: string[] = [];
  isCursorShown = true;
  exits: (() => void)[] = [];

  write(text: string): void {
    for (const part of text.split(/(\u001b\[[?0-9]*[A-Za-z]|\r|\n)/)) {
      if (part === `${ESC}?25l`) this.isCursorShown = false;
      else if (part === `${ESC}?25h`) this.isCursorShown = true;
      else if (part.endsWith("A") && part.startsWith(ESC)) this.cut(Number(part.slice(2, -1)));
      else if (part !== "" && part !== "\n" && part !== "\r" && !part.startsWith(ESC)) this.lines.push(part);
    }
  }

  columns = () => 80;
  rows = () => 24;

  onExit(callback: () => void): () => void {
    this.exits.push(callback);
    return () => (this.exits = this.exits.filter((each) => each !== callback));
  }

  private cut(count: number): void {
    this.lines.splice(this.lines.length - count);
  }
}

it("keeps logged lines above redrawn lines", () => {
  const paper = new Paper();
  const screen = liveScreen(paper);
  screen.draw(["a 10 %", "b 20 %"]);
  screen.log("a is available");
  screen.draw(["b 30 %"]);
  expect(paper.lines).toEqual(["a is available", "b 30 %"]);
});

it("removes the drawn lines at the end and shows the cursor again", () => {
  const paper = new Paper();
  const screen = liveScreen(paper);
  screen.log("begun");
  screen.draw(["a 10 %"]);
  expect(paper.isCursorShown).toBe(false);
  screen.end();
  expect([paper.lines, paper.isCursorShown, paper.exits]).toEqual([["begun"], true, []]);
});

it("shows the cursor again if the process ends early", () => {
  const paper = new Paper();
  liveScreen(paper).draw(["a 10 %"]);
  for (const callback of paper.exits) callback();
  expect(paper.isCursorShown).toBe(true);
});
