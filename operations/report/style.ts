/**
 * How the page looks. Narrow screens get a table's rows as blocks, each cell beside its column's name: nothing is wider than the
 * screen. Its classes are none of those that pictures have.
 */
export const pageStyle = `
  :root {
    color-scheme: light dark;
    --ground: #ffffff; --text: #1b2733; --quiet: #55636f; --line: #d5dce2; --raised: #f4f6f8;
    --good: #1d6b5d; --bad: #b3261e; --unknown: #6b7783;
    --first: #2b7a6b; --second: #b26a00; --third: #7a4fb5;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --ground: #0d1117; --text: #e6edf3; --quiet: #9fb0bf; --line: #303a44; --raised: #161b22;
      --good: #5cc4b0; --bad: #ff8a80; --unknown: #9aa7b3;
      --first: #4fb3a0; --second: #f0a840; --third: #b99cf0;
    }
  }
  * { box-sizing: border-box; }
  body {
    margin: 0 auto; padding: 1rem; max-width: 68rem;
    background: var(--ground); color: var(--text);
    font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
  }
  h1 { font-size: 1.5rem; margin: 0; }
  h2 { font-size: 1.2rem; margin: 0; }
  h3 { font-size: 1rem; margin: 0; }
  header p, .headline { margin: 0.2rem 0 0.8rem; color: var(--quiet); }
  a { color: inherit; }
  nav ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.5rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); }
  nav a { display: block; height: 100%; padding: 0.5rem 0.7rem; border: 1px solid var(--line); border-left-width: 4px; border-radius: 6px; text-decoration: none; background: var(--raised); }
  nav span { display: block; font-size: 0.85rem; color: var(--quiet); }
  nav .good { border-left-color: var(--good); }
  nav .bad { border-left-color: var(--bad); }
  nav .unknown { border-left-color: var(--unknown); }
  section { margin-top: 2rem; padding-top: 1rem; border-top: 1px solid var(--line); }
  section > svg { display: block; width: 100%; height: auto; }
  .on-phones { display: none !important; }
  table { width: 100%; border-collapse: collapse; margin: 0.8rem 0; font-size: 0.9rem; }
  th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.8rem 0.35rem 0; border-bottom: 1px solid var(--line); }
  th { color: var(--quiet); font-weight: 600; white-space: nowrap; }
  .amount { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
  td.good, p.good, h3.good { color: var(--good); }
  td.bad, p.bad, h3.bad { color: var(--bad); }
  td.unknown, p.unknown { color: var(--unknown); }
  td.bad::before, p.bad::before, h3.bad::before { content: "\\25C6\\00A0"; }
  td.good::before, h3.good::before { content: "\\25CF\\00A0"; }
  td.unknown::before, p.unknown::before { content: "\\25CB\\00A0"; }
  .curves { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); }
  figure { margin: 0; padding: 0.6rem; border: 1px solid var(--line); border-radius: 6px; }
  figure svg { display: block; width: 100%; height: auto; }
  .curve text { font: 10px system-ui, sans-serif; fill: var(--quiet); }
  .curve .axis { fill: none; stroke: var(--line); }
  .curve .target { fill: none; stroke: var(--bad); stroke-dasharray: 4 3; }
  .curve polyline, .curve path { fill: none; stroke-width: 2; }
  .curve .line0 { stroke: var(--first); }
  .curve .line1 { stroke: var(--second); stroke-dasharray: 7 2; }
  .curve .line2 { stroke: var(--third); stroke-dasharray: 2 2; }
  .curve circle { stroke: none !important; }
  .curve circle.line0 { fill: var(--first); }
  .curve circle.line1 { fill: var(--second); }
  .curve circle.line2 { fill: var(--third); }
  article { margin: 1rem 0; padding: 0.7rem; border: 1px solid var(--line); border-radius: 6px; background: var(--raised); }
  dl { margin: 0.4rem 0; }
  dt { color: var(--quiet); font-size: 0.85rem; }
  dd { margin: 0 0 0.3rem; }
  pre { margin: 0.4rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere; font: 0.85rem/1.5 ui-monospace, monospace; }
  @media (max-width: 44rem) {
    .on-screens { display: none !important; }
    .on-phones { display: block !important; }
    thead { display: none; }
    tr { display: block; padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
    td { display: grid; grid-template-columns: 7.5rem 1fr; gap: 0.5rem; border: 0; padding: 0.1rem 0; }
    td:empty { display: none; }
    td .column { display: block; color: var(--quiet); }
    .amount { text-align: left; white-space: normal; }
    td.good::before, td.bad::before, td.unknown::before { content: none; }
    td.bad .said::before { content: "\\25C6\\00A0"; }
    td.good .said::before { content: "\\25CF\\00A0"; }
    td.unknown .said::before { content: "\\25CB\\00A0"; }
  }
  @media (min-width: 44.01rem) { td .column { display: none; } }
  @media print { section { break-inside: avoid; } }
`;
