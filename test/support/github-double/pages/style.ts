/** Readable, light and dark, in the proportions of GitHub's pages. */
export const STYLE = `
:root { color-scheme: light dark; --line: #d1d9e0; --soft: #59636e; --band: #f6f8fa; --link: #0969da; --page: #fff; --text: #1f2328; --good: #1a7f37; --done: #8250df; --bad: #d1242f }
@media (prefers-color-scheme: dark) { :root { --line: #3d444d; --soft: #9198a1; --band: #151b23; --link: #4493f8; --page: #0d1117; --text: #f0f6fc; --good: #238636; --done: #8957e5; --bad: #f85149 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--text); font: 14px/1.5 -apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif }
header { padding: 16px 32px; border-bottom: 1px solid var(--line); background: var(--band) }
main { max-width: 980px; margin: 24px auto; padding: 0 16px }
a { color: var(--link); text-decoration: none } a:hover { text-decoration: underline }
h1 { font-weight: 400; font-size: 26px; margin: 0 0 8px } .soft { color: var(--soft) }
.pill { display: inline-block; padding: 3px 12px; border-radius: 2em; color: #fff; font-weight: 500; background: var(--good) }
.pill.merged { background: var(--done) } .pill.closed, .pill.failure, .pill.error { background: var(--bad) } .pill.inactive { background: var(--soft) }
.box { border: 1px solid var(--line); border-radius: 6px; margin: 16px 0; overflow: hidden }
.box > .head { background: var(--band); border-bottom: 1px solid var(--line); padding: 8px 16px; color: var(--soft) } .box > .head b { color: var(--text) }
.markdown { padding: 16px; overflow-wrap: break-word } .markdown > :first-child { margin-top: 0 } .markdown > :last-child { margin-bottom: 0 }
.markdown h2 { font-size: 1.5em; border-bottom: 1px solid var(--line); padding-bottom: .3em } .markdown h3 { font-size: 1.25em }
.markdown table, table.list { border-collapse: collapse; display: block; width: max-content; max-width: 100%; overflow: auto; margin: 0 0 16px }
.markdown th, .markdown td, table.list th, table.list td { border: 1px solid var(--line); padding: 6px 13px; text-align: left }
.markdown tr:nth-child(2n) { background: var(--band) }
code, pre { font: 85%/1.45 ui-monospace, 'Liberation Mono', Menlo, monospace } code { background: var(--band); padding: .2em .4em; border-radius: 6px }
pre { background: var(--band); padding: 16px; border-radius: 6px; overflow: auto } pre code { padding: 0; background: none }
blockquote { margin: 0 0 16px; padding: 0 1em; color: var(--soft); border-left: .25em solid var(--line) } summary { cursor: pointer } details { margin-bottom: 16px }
`;
