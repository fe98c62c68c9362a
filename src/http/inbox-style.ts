/** The look of the inbox page: the reader's own fonts, light and dark, one column that fits a phone. */
export const inboxStyle = `
  :root {
    color-scheme: light dark;
    --ground: light-dark(#f6f7f9, #14161a);
    --paper: light-dark(#fff, #1c1f25);
    --line: light-dark(#dfe3e8, #2e333c);
    --ink: light-dark(#1b1f24, #e6e9ee);
    --pale: light-dark(#5b6470, #98a2b0);
    --good: light-dark(#0b6b3a, #5fd397);
    --good-ground: light-dark(#e2f5ea, #12321f);
    --bad: light-dark(#a5231b, #ff8f85);
    --bad-ground: light-dark(#fdeae8, #3b1715);
    --link: light-dark(#1f5fd0, #86b1ff);
    --mono: ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, Consolas, monospace;
  }
  * { box-sizing: border-box }
  body {
    margin: 0 auto; padding: 2rem 1rem 4rem; max-width: 56rem;
    background: var(--ground); color: var(--ink);
    font: 15px/1.5 system-ui, sans-serif;
  }
  header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem; margin-bottom: 1.25rem }
  h1 { margin: 0; font-size: 1.5rem; letter-spacing: -.01em }
  header p { margin: 0; color: var(--pale); flex-basis: 100% }
  #connection { margin-left: auto; color: var(--pale); font-size: .875rem }
  #connection::before { content: '●'; margin-right: .4em; color: var(--bad) }
  #connection.live::before { color: var(--good) }
  #empty { padding: 3rem 1.5rem; text-align: center; color: var(--pale); border: 1px dashed var(--line); border-radius: 10px }
  #empty b { display: block; color: var(--ink); font-size: 1.05rem }
  ol, .checks { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: minmax(0, 1fr); gap: .5rem }
  details { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; overflow: hidden }
  .new details { animation: arrive 2s ease-out }
  @keyframes arrive { from { border-color: var(--link); box-shadow: 0 0 0 3px color-mix(in srgb, var(--link) 30%, transparent) } }
  @media (prefers-reduced-motion: reduce) { .new details { animation: none } }
  summary { display: flex; align-items: center; gap: .75rem; padding: .625rem .875rem; cursor: pointer; list-style: none }
  summary::-webkit-details-marker { display: none }
  summary:focus-visible { outline: 2px solid var(--link); outline-offset: -2px; border-radius: 10px }
  .picture { flex: none; width: 44px; height: 44px; border-radius: 6px; background: var(--ground); display: grid; place-items: center; color: var(--pale); overflow: hidden }
  .picture img { width: 100%; height: 100%; object-fit: cover }
  .picture svg { width: 22px; fill: none; stroke: currentColor; stroke-width: 1.5 }
  .what { flex: 1; min-width: 0 }
  .what > * { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
  .event { font: 600 .9375rem/1.4 var(--mono) }
  .image { color: var(--pale); font-size: .875rem }
  .marks { display: flex; flex-wrap: wrap; justify-content: flex-end; align-items: center; gap: .25rem .5rem; font-size: .8125rem; color: var(--pale) }
  .mark { padding: .05rem .5rem; border: 1px solid var(--line); border-radius: 99px; white-space: nowrap }
  .outcome { border-color: transparent; font-weight: 600; color: var(--good); background: var(--good-ground) }
  .refused .outcome { color: var(--bad); background: var(--bad-ground) }
  time { font-variant-numeric: tabular-nums; white-space: nowrap }
  .more { padding: .25rem .875rem 1rem; border-top: 1px solid var(--line) }
  h2 { margin: 1rem 0 .375rem; font-size: .75rem; font-weight: 600; letter-spacing: .06em; text-transform: uppercase; color: var(--pale) }
  .checks li { display: grid; grid-template-columns: 1.25rem 1fr; color: var(--pale) }
  .checks .sign { grid-row: span 2; font-weight: 700 }
  .checks .passed .sign { color: var(--good) }
  .checks .failed .sign { color: var(--bad) }
  code, pre, td, th { font: .8125rem/1.55 var(--mono) }
  .checks code { color: var(--ink); font-weight: 600 }
  pre, .headers { margin: 0; padding: .75rem; overflow: auto; max-height: 28rem; background: var(--ground); border-radius: 6px }
  pre { white-space: pre-wrap; overflow-wrap: anywhere }
  table { border-collapse: collapse }
  th { text-align: left; vertical-align: top; font-weight: 400; color: var(--pale); padding-right: 1rem; white-space: nowrap }
  td { overflow-wrap: anywhere }
  @media (max-width: 34rem) {
    body { padding-top: 1rem }
    summary { flex-wrap: wrap }
    .what { flex-basis: calc(100% - 56px) }
    .marks { flex-basis: 100%; justify-content: flex-start; padding-left: 56px }
    time { margin-left: auto }
    th, td { display: block; padding: 0 }
    td { margin-bottom: .375rem }
  }
`
