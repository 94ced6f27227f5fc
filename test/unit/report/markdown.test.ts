import fc from 'fast-check';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import {
  code,
  codeBlock,
  definitions,
  folded,
  html,
  inline,
  paragraph,
  prose,
  table,
} from '../../../src/report/markdown.ts';
import { neutralise } from '../../../src/text/neutralise.ts';

const render = (markdown: string) => marked.parse(markdown, { gfm: true, async: false });
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };
/** What a person sees of HTML. */
const seen = (page: string) =>
  page
    .replace(/<!--.*?-->|<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot);/g, (_, name: string) => ENTITIES[name] ?? '')
    .replace(/&#(\d+);/g, (_, number: string) => String.fromCharCode(Number(number)))
    .replace(/\s+/g, ' ')
    .trim();
const words = (text: string) => neutralise(text).join(' ').replace(/\s+/g, ' ').trim();
const tags = (page: string) => [...new Set([...page.matchAll(/<\/?([a-z0-9]+)/g)].map((match) => match[1]))].sort();

/** Texts made of what Markdown, HTML and GitHub give a meaning to. */
const pieces = [
  ...'\\`*_{}[]<>()#+-.!|~&@$:=1 \n\t'.split(''),
  '```',
  '**',
  '<b>',
  '</table>',
  '<!--',
  '-->',
  '&amp;',
  '@someone',
  '$$',
  '![a](b)',
  '[a](javascript:b)',
  '1. ',
  'word',
  '~~',
  'https://example.test/a_b',
  'www.example.test',
  '<script>',
  '\u202e',
  '\u001b[31m',
  '| a |',
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((list) => list.join('')),
  fc.string(),
);

describe('marks of Slipway', () => {
  it('cannot stand in code between backticks: comments are found and taken apart by them', () => {
    for (const text of [code('<!-- /answer -->'), prose('see `<!-- slipway:review:parking -->` here')]) {
      expect(text).not.toContain('<!--');
    }
  });
});

describe('inline', () => {
  it('shows any text as it is, whatever it holds', () => {
    fc.assert(
      fc.property(text, (any) => {
        expect(seen(render(`x ${inline(any)} x`))).toBe(`x ${words(any)} x`.replace(/ +/g, ' '));
      }),
    );
  });

  it('lets nothing through but links to addresses in the text', () => {
    fc.assert(
      fc.property(text, (any) => {
        const page = render(`x ${inline(any)} x`);
        for (const tag of tags(page)) expect(['a', 'p', 'span']).toContain(tag);
        for (const [, href] of page.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^(https?:\/\/|mailto:)/);
      }),
    );
  });

  it('mentions nobody and begins no formula', () => {
    expect(inline('thanks @octo-org/team, it costs $5 and $6')).toBe(
      'thanks @<!-- -->octo-org/team, it costs <span>$</span>5 and <span>$</span>6',
    );
  });

  it('makes a link of an address, without the full stop behind it', () => {
    expect(inline('ready at http://pr-7.parking.localhost:8080/a_b.')).toBe(
      'ready at <http://pr-7.parking.localhost:8080/a_b>.',
    );
  });
});

describe('prose', () => {
  it('shows what stands between backticks as code, and any text as it is but for them', () => {
    expect(prose('set `deploy.port`, not `a|b`, `')).toBe('set `deploy.port`, not <code>a&#124;b</code>, \\`');
    fc.assert(
      fc.property(text, (any) => {
        const page = render(`x ${prose(any)} x`);
        const plain = (shown: string) => shown.replace(/[`\s\u200b]/g, '');
        expect(plain(seen(page))).toBe(plain(`x${words(any)}x`));
        for (const tag of tags(page)) expect(['a', 'code', 'p', 'span']).toContain(tag);
      }),
    );
  });
});

describe('code', () => {
  it('shows any text as it is, also in a table', () => {
    fc.assert(
      fc.property(text, (any) => {
        const page = render(table(['a', 'b'], [[code(any), 'end']]));
        const cells = [...page.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map((match) => seen(match[1] ?? ''));
        expect(cells).toEqual([words(any), 'end']);
      }),
    );
  });
});

describe('codeBlock', () => {
  it('holds any lines, and ends only at its end', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (lines) => {
        const page = render(`${codeBlock(lines)}\n\nafter`);
        expect(page).toMatch(/<\/code><\/pre>\n<p>after<\/p>\n$/);
        expect(page.match(/<pre>/g)).toHaveLength(1);
      }),
    );
  });
});

describe('paragraph', () => {
  it('never becomes a table: `:-` alone under a line is the second line of one', () => {
    for (const second of [':-', ':-:', ':---', ' :-', ':- | :-']) {
      const page = render(paragraph(`a\n${second}`));
      expect(tags(page)).toEqual(['br', 'p']);
      expect(seen(page)).toBe(`a${second.trim()}`);
    }
    expect(tags(render(paragraph('\\\n:-')))).toEqual(['br', 'p']);
  });

  it('never becomes a list, a heading, a rule or a quote', () => {
    fc.assert(
      fc.property(text, (any) => {
        for (const tag of tags(render(paragraph(any)))) expect(['a', 'br', 'code', 'p', 'span']).toContain(tag);
      }),
    );
    expect(render(paragraph('1. one\n# two\n- three'))).not.toMatch(/<(ol|ul|h1)/);
  });
});

describe('table and folded', () => {
  it('keep their shape with any text inside', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const page = render(`${folded(a, table(['x', 'y'], [[inline(a), inline(b)]]))}\n\nafter`);
        expect(page.match(/<td/g)).toHaveLength(2);
        expect(page).toMatch(/<\/details>\s*(<p>)?\s*after/);
      }),
    );
    fc.assert(
      fc.property(text, (any) => {
        const page = render(`${definitions([[html(any), html(any)]])}\n\nafter`);
        expect(tags(page)).toEqual(expect.arrayContaining(['p', 'table', 'td', 'th', 'tr']));
        for (const tag of tags(page)) expect(['p', 'span', 'table', 'td', 'th', 'tr']).toContain(tag);
        expect(page).toMatch(/<\/table>\s*<p>after<\/p>\s*$/);
      }),
    );
    expect(html('</summary><img src=x>')).toBe('&lt;/summary&gt;&lt;img src=x&gt;');
  });
});
