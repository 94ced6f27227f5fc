import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DATABASES } from '../../../../src/plan/engines/engines.ts';
import { sqlStatements } from '../../../../src/plan/engines/sql-statements.ts';

const statements = (...lines: string[]) =>
  [...sqlStatements(lines.join('\n'))].map(({ line, text }) => `${line}: ${text}`);

describe('statements of an SQL file', () => {
  it.each<[string, string[], string[]]>([
    [
      'with their first lines',
      ['-- a comment', '', 'select 1;', '  select', '  2;select 3'],
      ['3: select 1', '4: select\n  2', '5: select 3'],
    ],
    [
      'with what quotes a semicolon',
      [`select 'a;''b', "c;d", E'\\';', $x$;$$;$x$, $1;`, 'select 2;'],
      [`1: select 'a;''b', "c;d", E'\\';', $x$;$$;$x$, $1`, '2: select 2'],
    ],
    [
      'without comments, also nested ones',
      ['/* ; /* ; */ ; */ select 1;', "select 2 -- ';", ';'],
      ['1: select 1', '2: select 2'],
    ],
    [
      'without rows',
      ['copy t (a) from stdin;', '\\connect x', '1;', '\\.', 'select 2;'],
      ['1: copy t (a) from stdin', '5: select 2'],
    ],
    [
      'and commands of psql',
      ['\\connect shop', 'select 1 \\gexec', ';'],
      ['1: \\connect shop', '2: \\gexec', '2: select 1'],
    ],
    ['as they are in a quotation that does not end', ["select ';"], ["1: select ';"]],
  ])('%s', (_, lines, found) => {
    expect(statements(...lines)).toEqual(found);
  });

  it('reads any text to its end, and gives lines that it has', () => {
    const part = fc.constantFrom(
      "'",
      '"',
      '$$',
      '$x$',
      ';',
      '\n',
      '\\',
      '--',
      '/*',
      '*/',
      'copy t from stdin',
      '\\.\n',
      'a',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        const sql = parts.join('');
        const lines = sql.split('\n').length;
        for (const { line } of sqlStatements(sql)) expect(line >= 1 && line <= lines).toBe(true);
      }),
    );
  });
});

describe('hb-10: a seed that leaves its database', () => {
  const leaves = (sql: string) => DATABASES.postgres.leavesDatabase(sql)?.line;

  it.each([
    ['select 1;\n\\connect shop', 2],
    ['\\c shop', 1],
    ['select 1;\ncreate  database shop;', 2],
    ['/* */ DROP DATABASE shop;', 1],
    ["insert into t values ('\n\\connect shop\n');", undefined],
    ['copy t from stdin;\n\\connect\n\\.\nselect 1;', undefined],
    ['create table database (a int); \\copy t from x', undefined],
    ['begin; insert into t values (1); commit;', undefined],
  ])('%j: line %s', (sql, line) => {
    expect(leaves(sql)).toBe(line);
  });
});
