/** The whole style of the HTML report: readable on a phone, on paper, in light and in dark. */
export const reportStyle = `
:root { color-scheme: light dark; --line: #8886; --bar: #3b6ea5; --good: #1a7f37; --bad: #c0392b; }
@media (prefers-color-scheme: dark) { :root { --bar: #7fb2e5; --good: #57c878; --bad: #ff8b7e; } }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.6rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .4rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
figure { margin: 1rem 0; max-width: 40rem; }
figcaption { font-weight: 600; }
svg { width: 100%; height: auto; }
svg text { font-size: 11px; fill: currentColor; }
.bar { fill: var(--bar); }
.axis { stroke: currentColor; stroke-width: 1; }
.good { color: var(--good); }
.bad { color: var(--bad); }
`
