import { describe, expect, it } from 'vitest';
import { classify } from '../../../../scripts/sweep/classify.ts';

const YES = { accepted: true, words: [], remedy: '' };
const no = (...words: string[]) => ({ accepted: false, words, remedy: words.at(-1) ?? '' });
const DIFFERENCE = { object: 'Service/shop/web', field: 'spec.type', native: '"A"', slipway: '"B"' };

describe('the class of a set', () => {
  it('is A where both accept it with the same objects, and B with others', () => {
    expect(classify(YES, YES, [])).toEqual({ class: 'A', why: '' });
    expect(classify(YES, YES, [DIFFERENCE])).toEqual({ class: 'B', why: 'Service/shop/web spec.type: "A" → "B"' });
  });

  it('is B where Slipway accepts what the native program refuses', () => {
    expect(classify(no('invalid port'), YES, [])).toEqual({ class: 'B', why: 'refused natively: invalid port' });
  });

  it('is C where both refuse it', () => {
    expect(classify(no('no'), no('k8s/a.yaml:3: kind is missing', 'Correct it.'), [])).toMatchObject({ class: 'C' });
  });

  it('is D where Slipway alone refuses it by a documented rule, with a remedy', () => {
    const words = ['k8s/a.yaml:3: ClusterRole a belongs to the whole cluster', 'k8s/a.yaml:9: ClusterRole b belongs …'];
    const refused = { accepted: false, words, remedy: 'Let the operator apply it.' };
    expect(classify(YES, refused, [])).toEqual({ class: 'D', why: 'belongs to the whole cluster' });
    expect(classify(YES, { ...refused, remedy: '' }, [])).toMatchObject({ class: 'X' });
  });

  it('is X for a refusal by no rule, and for a defect even where both refuse', () => {
    expect(classify(YES, no('a strange reason', 'Do this.'), [])).toMatchObject({ class: 'X' });
    const defect = no('unexpected: x is undefined', 'This is a defect of Slipway. …');
    expect(classify(no('no'), defect, [])).toMatchObject({ class: 'X', why: 'unexpected: x is undefined' });
  });
});
