import { describe, expect, it } from 'vitest';
import { type Choices, choicesBelow, rootChoices, takes } from '../../../src/config/choices.ts';
import { keysAt, schemasAt } from '../../../src/config/keys.ts';

const WHAT = { text: 'string', null: 'null' } as const;

describe('what a place of slipway.yml takes', () => {
  it('is what the JSON Schema of every place says', () => {
    const seen = new Set<unknown>();
    const differing: string[] = [];
    let places = 0;
    const visit = (path: (string | number)[], choices: Choices): void => {
      const schemas = schemasAt(path);
      const types = schemas.flatMap(({ type = [] }) => type);
      places++;
      for (const [what, type] of Object.entries(WHAT) as ['text' | 'null', string][])
        if (takes(choices, what) !== types.includes(type)) differing.push(`${path.join('.')}: ${what}`);
      if (schemas.length !== choices.length) differing.push(`${path.join('.')}: ${schemas.length} ${choices.length}`);
      // A definition that refers to itself has been read below another place.
      if (choices.every((one) => seen.has(one))) return;
      for (const one of choices) seen.add(one);
      for (const step of [...keysAt(path), 'any name', 0]) visit([...path, step], choicesBelow(choices, step));
    };
    visit([], rootChoices());
    expect(differing).toEqual([]);
    expect(places).toBeGreaterThan(500);
  });
});
