"""How the HTML report looks. Colours come in pairs, for light and dark."""

STYLE = """
:root { color-scheme: light dark; --ink: #1f2328; --dim: #656d76; --page: #f6f8fa; --card: #fff;
  --edge: #d0d7de; --code: #f6f8fa; --ok: #1a7f37; --bad: #cf222e; --busy: #9a6700;
  --wrong: #ffebe9; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --dim: #8d96a0; --page: #0d1117;
  --card: #161b22; --edge: #30363d; --code: #0d1117; --ok: #3fb950; --bad: #f85149;
  --busy: #d29922;
  --wrong: #5a1e1e; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.6rem; margin: 0; display: flex; align-items: center; gap: .8rem;
  flex-wrap: wrap; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
h3 { font-size: .8rem; margin: .8rem 0 .2rem; color: var(--dim); font-weight: 600; }
p { margin: .3rem 0; } .dim, .kind, .number { color: var(--dim); }
.badge { font-size: .75rem; font-weight: 600; padding: .1rem .6rem; border-radius: 1rem;
  border: 1px solid currentColor; color: var(--dim); white-space: nowrap; text-align: center; }
.badge.ok, .badge.done { color: var(--ok); }
.badge.failed, .badge.interrupted { color: var(--bad); }
.badge.running { color: var(--busy); }
table { border-collapse: collapse; } th { text-align: left; font-weight: 500; color: var(--dim); }
th, td { padding: .15rem 1.5rem .15rem 0; vertical-align: top; overflow-wrap: anywhere; }
code, pre { font: 13px/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.steps { border: 1px solid var(--edge); border-radius: 8px; background: var(--card);
  overflow: hidden; }
.steps details + details { border-top: 1px solid var(--edge); }
summary { cursor: pointer; padding: .5rem .9rem; list-style-position: inside; }
.steps summary { display: grid; gap: .8rem; align-items: center; list-style: none;
  grid-template-columns: 2rem minmax(8rem, 1fr) auto 6rem 5.5rem 5rem 6rem; }
summary::-webkit-details-marker { color: var(--dim); } summary:hover { background: var(--page); }
.name { font-weight: 500; overflow-wrap: anywhere; } .kind { font-size: .8rem; }
.number, .rows, .took { text-align: right; font-variant-numeric: tabular-nums; }
.bar { height: 6px; border-radius: 3px; background: var(--edge); overflow: hidden; }
.bar i { display: block; height: 100%; background: var(--dim); }
.inside { padding: 0 .9rem .9rem; } .facts { margin-top: 2rem; color: var(--dim); }
pre { margin: .5rem 0 0; padding: .7rem .9rem; background: var(--code);
  border: 1px solid var(--edge);
  border-radius: 6px; overflow-x: auto; max-height: 30rem; tab-size: 4; }
.source { padding-left: 0; } .line { display: block; } .line b { display: inline-block;
  width: 3rem;
  padding-right: 1rem; text-align: right; color: var(--dim); font-weight: 400; user-select: none; }
.wrong { background: var(--wrong); } .error { border-color: var(--bad); }
@media (max-width: 46rem) { .steps summary { grid-template-columns: 1.5rem 1fr auto auto; }
  .kind, .rows, .bar { display: none; } }
@media print { body { background: #fff; } pre { max-height: none; white-space: pre-wrap; } }
"""
