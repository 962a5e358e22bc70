/** Colours by meaning; one set for light, one for dark. */
const COLORS = `
:root {
  --paper: #f6f7f9; --card: #ffffff; --ink: #1a2230; --soft: #5b6677; --line: #d9dee6;
  --good: #0f6f3f; --bad: #b81f27; --warn: #a15c00; --move: #1f5fbf; --idle: #5f6a7b;
  --good-soft: #e3f4ea; --bad-soft: #fbe6e7; --warn-soft: #fbefdc; --move-soft: #e4edfb; --idle-soft: #eceff3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #10141b; --card: #181e28; --ink: #e6eaf1; --soft: #9aa6b8; --line: #2c3543;
    --good: #5bd08f; --bad: #ff8085; --warn: #f0b45b; --move: #7fb0ff; --idle: #9aa6b8;
    --good-soft: #14301f; --bad-soft: #3a1a1d; --warn-soft: #36270f; --move-soft: #17263f; --idle-soft: #222a36;
  }
}`;

const TEXT = `
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1160px; padding: 24px 20px 60px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 30px; margin: 0; letter-spacing: -0.01em; }
h2 { font-size: 20px; margin: 0 0 2px; }
h3 { font-size: 15px; margin: 0 0 4px; overflow-wrap: anywhere; }
header p, section > p { margin: 0 0 14px; color: var(--soft); overflow-wrap: anywhere; }
small { color: var(--soft); font-size: 12.5px; }
code { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 20px; margin-top: 18px; }
ul { margin: 0; padding-left: 18px; }
.tiles { display: flex; flex-wrap: wrap; gap: 10px; margin: 18px 0 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 10px 16px; flex: 1 1 120px; }
.tile dt { color: var(--soft); font-size: 13px; }
.tile dd { margin: 0; font-size: 22px; font-weight: 650; white-space: nowrap; }
.tile.proved dd { color: var(--good); } .tile.failed dd { color: var(--bad); }
.trouble { border-left: 4px solid var(--bad); background: var(--bad-soft); border-radius: 8px; padding: 12px 16px; margin-top: 12px; }
.trouble p { margin: 4px 0 0; overflow-wrap: anywhere; }
.trouble .reason { font-weight: 600; }`;

const TABLES = `
table { width: 100%; border-collapse: collapse; font-size: 14px; }
th { text-align: left; color: var(--soft); font-weight: 600; font-size: 13px; padding: 6px 10px 6px 0; border-bottom: 1px solid var(--line); }
td { padding: 8px 10px 8px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
td small { display: block; }
tr.wrong td { color: var(--bad); padding-top: 0; }
.chip { display: inline-block; padding: 1px 10px; border-radius: 99px; font-size: 13px; font-weight: 600; background: var(--idle-soft); color: var(--idle); }
.chip.proved, .chip.standing { background: var(--good-soft); color: var(--good); }
.chip.wrong, .chip.failed { background: var(--bad-soft); color: var(--bad); }
.chip.moving { background: var(--move-soft); color: var(--move); }
details { border-top: 1px solid var(--line); }
summary { cursor: pointer; padding: 10px 0; font-weight: 600; }`;

const PICTURE = `
.picture svg { display: block; width: 100%; height: auto; font-family: inherit; }
.picture .narrow { display: none; }
.box { fill: var(--card); stroke: var(--line); stroke-width: 1.5; }
.box.layer-0 { stroke: var(--move); } .box.layer-1 { stroke: var(--warn); stroke-dasharray: 5 4; } .box.layer-2 { stroke: var(--good); }
.picture text { fill: var(--ink); font-size: 12.5px; }
.picture .title { font-size: 15px; font-weight: 650; }
.picture .subtitle, .picture .user, .picture .more { fill: var(--soft); }
.flow { fill: none; stroke: var(--idle); stroke-width: 1.8; }
.flow.proved, .flow.removed, .flow.standing { stroke: var(--good); } .flow.failed, .flow.wrong { stroke: var(--bad); } .flow.moving { stroke: var(--move); }
.flow.pending { stroke-dasharray: 5 4; }
.head { fill: context-stroke; }
.dot { fill: var(--idle); } .dot.proved, .dot.standing { fill: var(--good); } .dot.failed, .dot.wrong { fill: var(--bad); }
.dot.moving { fill: var(--move); } .dot.pending, .dot.removed { fill: none; stroke: var(--idle); stroke-width: 1.5; }
.key-symbol { fill: none; stroke: var(--warn); stroke-width: 1.6; } .user-symbol { fill: none; stroke: var(--line); stroke-width: 1.5; }`;

const TIMELINE = `
.span { margin-bottom: 9px; }
.label { font-size: 13.5px; overflow-wrap: anywhere; } .label .words { color: var(--soft); }
.track { position: relative; height: 14px; border-radius: 5px; background: var(--idle-soft); }
.legend { font-size: 13px; color: var(--soft); margin: 0 0 10px; }
.legend i { display: inline-block; width: 14px; height: 10px; margin: 0 4px 0 12px; } .legend i.mark { width: 3px; }
.legend i:first-child { margin-left: 0; }
.track i { position: absolute; top: 0; bottom: 0; }
.bar { border-radius: 5px; background: var(--move); } .bar.transit { background: var(--warn); } .bar.failed { background: var(--bad); }
.bar.open { border-radius: 5px 0 0 5px; opacity: 0.6; }
.mark { width: 3px; margin-left: -3px; background: var(--good); } .mark.published { background: var(--ink); }
.scale { position: relative; height: 20px; font-size: 12px; color: var(--soft); }
.scale span { position: absolute; white-space: nowrap; }`;

const PHONE = `
@media screen and (max-width: 720px) {
  body { padding: 16px 10px 40px; }
  section { padding: 14px; }
  .picture .wide { display: none; } .picture .narrow { display: block; }
  .scale span:nth-child(even) { display: none; }
  .cards thead { display: none; }
  .cards, .cards tbody, .cards tr, .cards td { display: block; width: 100%; }
  .cards tr { border-bottom: 1px solid var(--line); padding: 8px 0; }
  .cards td { border: 0; padding: 2px 0 2px 112px; position: relative; min-height: 24px; }
  .cards td::before { content: attr(data-head); position: absolute; left: 0; width: 104px; color: var(--soft); font-size: 13px; }
  .cards tr.wrong td { padding-left: 0; }
}`;

const PRINT = `
@media print {
  body { max-width: none; padding: 0; background: #fff; font-size: 12px; }
  section { border: 0; padding: 12px 0; break-inside: auto; }
  .span, .trouble, tr { break-inside: avoid; }
  details:not([open])::details-content { content-visibility: visible; block-size: auto; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}`;

export const STYLE = [COLORS, TEXT, TABLES, PICTURE, TIMELINE, PHONE, PRINT].join("\n");
