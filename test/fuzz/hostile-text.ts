import fc from 'fast-check';

/** Pieces of text that try to become markup, a mark of Slipway, a mention, a command of the runner or an address. */
const PIECES = [
  '<img src=x onerror=1>',
  '# EVIL',
  '```',
  '````text',
  '`',
  '</details>',
  '<details>',
  '<!-- slipway:review:parking -->',
  '<!-- /variant -->',
  '<!-- variant a 1 -->',
  '<!-- /answer -->',
  '-->',
  '@mona',
  '| a | b |',
  '[x](javascript:1)',
  'https://evil.example/`<',
  'www.evil.example',
  '::error::x',
  '##[error]x',
  '\u001b[31m',
  '\u202e',
  '\r',
  '\n',
  '\t',
  '&lt;img&gt;',
  '$x$',
  '\\',
  '1.',
  '> ',
  '- ',
  '😀',
  '\ud800',
  'a word ',
];

/** A text of such pieces, or any text. */
export const hostile: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);

/** Lines of a log; now and then one that is very long, or very many. */
export const hostileLines: fc.Arbitrary<string[]> = fc.oneof(
  { weight: 8, arbitrary: fc.array(hostile, { maxLength: 30 }) },
  {
    weight: 1,
    arbitrary: fc.tuple(hostile, fc.integer({ min: 1, max: 20_000 })).map(([text, times]) => [text.repeat(times)]),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(hostile, fc.integer({ min: 1, max: 5_000 }))
      .map(([text, times]) => Array.from({ length: times }, () => text)),
  },
);
