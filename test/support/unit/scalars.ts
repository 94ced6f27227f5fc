import fc from 'fast-check';

const digits = fc.stringMatching(/^[0-9_]{1,22}$/);
const sign = fc.constantFrom('', '', '+', '-');
const words =
  'y Y yes Yes YES yEs true True tRUE on On ON n N no No off OFF false null Null NULL nUll ~ . .nan .5 5. 0x 0b 0o 1e 1e3 1E+3 1e999 0.1e400 -0 -0.0 08 0_8 0b2 0o8 _1 1_ 2001-01-01 2001-12-14t21:59:43.10-05:00 12:30:45 1:2.5 = << !!str'
    .split(' ')
    .filter((word) => !word.startsWith('!') && word !== '<<');

/** A plain or quoted scalar as it stands in a list `[a, b]`: numbers of every notation, and what looks like one. */
export const flowScalar = fc.oneof(
  fc.constantFrom(...words),
  fc.tuple(sign, digits).map(([s, d]) => s + d),
  fc
    .tuple(sign, fc.constantFrom('0x', '0X', '0o', '0O', '0b', '0B', '0'), fc.stringMatching(/^[0-9a-fA-F_]{1,18}$/))
    .map((all) => all.join('')),
  fc.tuple(sign, digits, fc.constantFrom('.', 'e', 'E+', 'e-', '.e'), digits).map((all) => all.join('')),
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(String),
  fc
    .tuple(
      fc.constantFrom('!!int ', '!!float ', '!!bool ', '!!str ', '!!null ', '!x '),
      fc.constantFrom('1', '0x1', 'yes', '~', '1.5', 'x'),
    )
    .map((all) => all.join('')),
  fc.stringMatching(/^[a-zA-Z0-9_.+-]{1,12}$/).filter((text) => !/^(---|\.\.\.|-$)/.test(text)),
  fc.string({ maxLength: 12 }).map((text) => JSON.stringify(text).replaceAll('/', '\\x2f')),
);
