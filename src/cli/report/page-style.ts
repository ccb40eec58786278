/**
 * How the page looks: light or dark as the reader's system has it, always light on paper; no font, picture or script from elsewhere.
 *
 * Colours carry a meaning each (done, met again, fault, the stages of a recovery) and differ in lightness as well as in hue; text is always ink or muted.
 */
const light = `
  --paper: #ffffff; --panel: #f6f8fa; --line: #d3d9e0; --ink: #17202a; --muted: #52606d; --bad: #b3261e;
  --done: #1f5f99; --done-area: #a9cdea; --again: #d9480f; --fault: #8b1a4f; --pause: #ececf1;
  --stage-1: #1d3f72; --stage-2: #5b9bd0; --stage-3: #f0b46a; --stage-4: #b4470f;`;
const dark = `
  --paper: #12171d; --panel: #1b222b; --line: #37414d; --ink: #e9eef3; --muted: #a9b4bf; --bad: #ff8a80;
  --done: #7cbcf2; --done-area: #24527a; --again: #ff9350; --fault: #f58bc0; --pause: #262d37;
  --stage-1: #3f6fb5; --stage-2: #9ccbf2; --stage-3: #f5c98f; --stage-4: #e0702f;`;

export const pageStyle = `
:root { color-scheme: light; ${light} }
@media screen and (prefers-color-scheme: dark) { :root { color-scheme: dark; ${dark} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1240px; margin: 0 auto; padding: 32px 24px 48px; }
h1 { font-size: clamp(26px, 3vw, 38px); line-height: 1.2; margin: 0 0 12px; text-wrap: balance; overflow-wrap: anywhere; }
h2 { font-size: 24px; line-height: 1.25; margin: 48px 0 12px; }
h3 { font-size: 17px; line-height: 1.3; margin: 0 0 6px; overflow-wrap: anywhere; }
p { margin: 0 0 10px; max-width: 80ch; overflow-wrap: anywhere; }
.above { color: var(--muted); font-weight: 600; margin: 0 0 8px; }
.muted { color: var(--muted); }
code, pre { font-family: ui-monospace, monospace; font-size: 14px; overflow-wrap: anywhere; white-space: pre-wrap; margin: 0; }
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(210px, 1fr)); gap: 16px; margin: 24px 0 16px; padding: 0; list-style: none; }
.numbers li { background: var(--panel); border-top: 4px solid var(--done); border-radius: 4px; padding: 14px 18px; }
.numbers .bad { border-color: var(--bad); }
.numbers b { display: block; font-size: 34px; line-height: 1.2; font-variant-numeric: tabular-nums; }
.numbers .bad b { color: var(--bad); }
.numbers span { color: var(--muted); }
.lanes { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(330px, 100%), 1fr)); gap: 28px 24px; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(500px, 100%), 1fr)); gap: 44px 40px; margin-top: 24px; }
figure { margin: 0; min-width: 0; }
figure > p { min-height: 3em; margin: 0 0 4px; font-size: 14px; color: var(--muted); }
.charts figure > p { min-height: 0; }
.chart { display: block; width: 100%; height: auto; color: var(--muted); --plot-background: var(--paper); }
.chart text { white-space: pre; }
.narrow { display: none; }
.key { display: flex; flex-wrap: wrap; gap: 6px 22px; margin: 0 0 18px; padding: 0; list-style: none; font-size: 14px; color: var(--muted); }
.charts .key { margin: 0 0 8px; }
.key li { display: flex; align-items: center; gap: 8px; }
.key svg { flex: none; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 4px; }
table { border-collapse: collapse; width: 100%; font-size: 15px; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: 10px 14px; }
th, td { text-align: left; vertical-align: top; padding: 8px 14px; border-top: 1px solid var(--line); }
thead > tr > * { border-top: 0; }
caption + thead > tr > * { border-top: 1px solid var(--line); }
thead th { color: var(--muted); font-size: 14px; font-weight: 600; vertical-align: bottom; }
tbody th { background: var(--paper); font-weight: 600; position: sticky; left: 0; }
.number { text-align: right; }
td small { display: block; color: var(--muted); font-size: 13px; white-space: nowrap; }
td.bad { color: var(--bad); font-weight: 700; }
.scroll + .scroll, .scroll + p { margin-top: 16px; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(380px, 100%), 1fr)); gap: 16px 40px; }
.columns > * { min-width: 0; }
ul.words { margin: 0; padding-left: 20px; overflow-wrap: anywhere; }
ul.words li { margin-bottom: 6px; max-width: 80ch; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 20px; margin: 0; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
details pre { max-height: 480px; overflow: auto; padding: 12px; background: var(--panel); border-radius: 4px; }
summary { cursor: pointer; font-weight: 600; }
@media (max-width: 640px) {
  main { padding: 20px 16px 32px; }
  .wide { display: none; }
  .narrow { display: block; }
  .numbers { grid-template-columns: 1fr 1fr; gap: 12px; }
  .numbers li { padding: 10px 12px; }
  .numbers b { font-size: 26px; }
  dl { grid-template-columns: minmax(0, 1fr); }
  dd { margin-bottom: 8px; }
  figure > p { min-height: 0; }
}
@media print {
  @page { size: A4; margin: 14mm; }
  main { max-width: none; padding: 0; }
  body { font-size: 11pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  h2 { break-after: avoid; margin-top: 28px; }
  figure, .numbers, tr, .scroll { break-inside: avoid; }
  .numbers { grid-template-columns: repeat(4, 1fr); }
  .numbers b { font-size: 22px; }
  .lanes { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .charts { grid-template-columns: minmax(0, 1fr); gap: 28px; }
  .charts figure { max-width: 560px; }
  .wide { display: block; }
  .narrow { display: none; }
  .scroll { overflow: visible; }
  table, thead th { font-size: 8pt; }
  td small { font-size: 7pt; white-space: normal; }
  th, td { padding: 4px 5px; overflow-wrap: break-word; }
  caption { padding: 6px 5px; }
  details { display: none; }
}
`;
