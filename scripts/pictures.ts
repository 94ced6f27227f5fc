import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { marked } from 'marked';
import { SHOWN_FOLDER } from '../local/demo/shown.ts';
import { which } from '../local/machine/which.ts';
import { STYLE } from '../test/support/github-double/pages/style.ts';
import { root } from './check-lib.ts';

/**
 * `npm run pictures`: docs/pictures/*.png, light and dark, from what the last `npm run demo` showed on GitHub. The layout is that of
 * the double's pages; the content is the output of Slipway, unchanged.
 */
const PICTURES: Record<string, { file: RegExp; head: string; width: number }> = {
  comment: { file: /^comment\.md$/, head: '<b>github-actions</b> commented', width: 900 },
  // The last one of the demo: the broken version.
  'rolled-back': { file: /^\d+-rolling-update\.md$/, head: '<b>rolling-update</b> summary', width: 1100 },
};
const THEMES = ['light', 'dark'] as const;

const MEDIA = '@media (prefers-color-scheme: dark)';

/** A page with one box, and its height in the title of the document. */
function page(markdown: string, head: string, theme: (typeof THEMES)[number]): string {
  const style = STYLE.replace(MEDIA, theme === 'dark' ? '@media all' : '@media not all');
  const body = marked.parse(markdown, { gfm: true, async: false });
  return `<!doctype html><meta charset="utf-8"><style>${style} main { margin: 0; padding: 0 8px; max-width: none }</style>
<main><div class="box"><div class="head">${head}</div><div class="markdown">${withAlerts(body)}</div></div></main>
<script>document.title = Math.ceil(document.querySelector('main').getBoundingClientRect().height) + 32</script>`;
}

/** GitHub shows `[!NOTE]` as a heading of the quotation. */
const withAlerts = (html: string): string =>
  html.replaceAll(/\[!(\w)(\w+)\]/g, (_, first: string, rest: string) => `<b>${first}${rest.toLowerCase()}</b><br>`);

function chromium(browser: string, args: string[]): string {
  const quiet = ['--headless', '--no-sandbox', '--hide-scrollbars', '--disable-gpu', '--disable-background-networking'];
  return execFileSync(browser, [...quiet, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

function main(): void {
  const browser = which('chromium') ?? which('chromium-browser') ?? which('google-chrome');
  if (!browser) throw new Error('no Chromium in PATH: install it (apt-get install chromium), then run this again');
  const shown = readdirSync(SHOWN_FOLDER).sort();
  mkdirSync(join(root, 'docs', 'pictures'), { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'slipway-pictures-'));
  try {
    for (const [name, { file, head, width }] of Object.entries(PICTURES)) {
      const found = shown.filter((one) => file.test(one)).at(-1);
      if (!found) throw new Error(`the last demo showed nothing for ${name}: run \`npm run demo\` first`);
      for (const theme of THEMES) {
        const html = join(folder, `${name}-${theme}.html`);
        writeFileSync(html, page(readFileSync(join(SHOWN_FOLDER, found), 'utf8'), head, theme));
        const dom = chromium(browser, [`--window-size=${width},2000`, '--dump-dom', `file://${html}`]);
        const height = /<title>(\d+)<\/title>/.exec(dom)?.[1] ?? '1000';
        const picture = join('docs', 'pictures', `${name}-${theme}.png`);
        const size = [`--window-size=${width},${height}`, `--screenshot=${join(root, picture)}`];
        chromium(browser, [...size, `file://${html}`]);
        console.log(`wrote ${picture}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

main();
