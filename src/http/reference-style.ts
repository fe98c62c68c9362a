import { raw } from 'hono/html'

/** The look of the API reference: the reader's own fonts, light and dark, one column that fits a phone. */
export const referenceStyle = raw(`
  :root {
    color-scheme: light dark;
    --ground: light-dark(#f6f7f9, #14161a);
    --paper: light-dark(#fff, #1c1f25);
    --line: light-dark(#dfe3e8, #2e333c);
    --ink: light-dark(#1b1f24, #e6e9ee);
    --pale: light-dark(#5b6470, #98a2b0);
    --link: light-dark(#1f5fd0, #86b1ff);
    --mono: ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, Consolas, monospace;
  }
  * { box-sizing: border-box }
  body { margin: 0 auto; padding: 2rem 1rem 6rem; max-width: 62rem; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
  h1 { margin: 0; font-size: 1.6rem; letter-spacing: -.01em }
  h2 { margin: 2.25rem 0 .75rem; font-size: 1.15rem }
  h4 { margin: 1.25rem 0 .4rem; font-size: .8rem; text-transform: uppercase; letter-spacing: .06em; color: var(--pale) }
  header p { color: var(--pale); margin: .4rem 0 1rem }
  a { color: var(--link) }
  nav { display: flex; flex-wrap: wrap; gap: .4rem 1.1rem }
  code { font: .86em/1.5 var(--mono); overflow-wrap: anywhere }
  details { margin-bottom: .4rem; background: var(--paper); border: 1px solid var(--line); border-radius: 9px }
  summary { display: flex; flex-wrap: wrap; align-items: baseline; gap: .2rem .75rem; padding: .55rem .85rem; cursor: pointer; list-style: none }
  summary::-webkit-details-marker { display: none }
  summary:focus-visible { outline: 2px solid var(--link); outline-offset: -2px; border-radius: 9px }
  summary code { margin-left: auto; color: var(--pale) }
  summary b { width: 4.2rem; font: 600 .75rem var(--mono); letter-spacing: .03em }
  .get { color: light-dark(#1f5fd0, #86b1ff) } .post { color: light-dark(#0b6b3a, #5fd397) }
  .put, .patch { color: light-dark(#8a5300, #e8b45a) } .delete { color: light-dark(#a5231b, #ff8f85) }
  .inside { padding: 0 .85rem .85rem; border-top: 1px solid var(--line) }
  .wide { overflow-x: auto }
  table { border-collapse: collapse; width: 100%; font-size: .9rem }
  th { text-align: left; font-weight: 600; color: var(--pale) }
  th, td { padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
  td i { color: light-dark(#a5231b, #ff8f85); font-style: normal; margin-left: .15em }
  ul { margin: .3rem 0 0; padding-left: 1.1rem }
`)
