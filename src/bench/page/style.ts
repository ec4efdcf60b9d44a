/**
 * How the page looks, light or dark as the reader has it.
 *
 * The colours go by Okabe and Ito, whom people with any kind of colour blindness can tell apart;
 * darkened or lightened until each has a contrast of 3 to 1 with the ground.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --text: #1a1a1a; --faint: #dddddd; --quiet: #595959;
  --c0: #0072b2; --c1: #d55e00; --c2: #00805d; --c3: #a63d80; --c4: #806000; --c5: #000000;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #16181b; --text: #e8e8e8; --faint: #3a3d42; --quiet: #a8a8a8;
    --c0: #56b4e9; --c1: #ff8c3a; --c2: #2fc79b; --c3: #e38cc3; --c4: #f0e442; --c5: #ffffff;
  }
}
body { margin: 2rem auto; max-width: 80rem; padding: 0 1rem; background: var(--ground);
  color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; }
h2 { font-size: 1.1rem; margin: 2.5rem 0 0.5rem; }
.about { color: var(--quiet); }
.beside { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: flex-start; }
.beside svg { flex: 1 1 30rem; max-width: 46rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.15rem 0.8rem; border-bottom: 1px solid var(--faint); text-align: right;
  white-space: nowrap; }
th[scope=row] { font-weight: normal; text-align: left; }
svg text { fill: var(--text); font: 12px system-ui, sans-serif; }
.x text, .name { text-anchor: middle; }
.y text { text-anchor: end; }
.grid { stroke: var(--faint); }
.axis { fill: none; stroke: var(--quiet); }
.way { fill: none; stroke: currentColor; stroke-width: 2; }
.range { stroke: currentColor; stroke-width: 1.5; opacity: 0.6; }
.mark { fill: currentColor; }
.line-0 { color: var(--c0); } .line-1 { color: var(--c1); } .line-2 { color: var(--c2); }
.line-3 { color: var(--c3); } .line-4 { color: var(--c4); } .line-5 { color: var(--c5); }
`;
