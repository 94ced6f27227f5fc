import { describe, expect, it } from 'vitest';
import { variablesOf } from '../../../../src/objects/app/variables.ts';

const KNOWN = { host: 'a.example', service: 'cache', h: { secret: 'db', key: 'H' }, p: { secret: 'db', key: 'P' } };
const of = (env: Record<string, string>) => variablesOf(env, KNOWN, ['parking.db']);
const fromSecret = (name: string, key: string) => ({ name, valueFrom: { secretKeyRef: { name: 'db', key } } });

describe('variablesOf', () => {
  it('texts arrive as they are written; facts and services are replaced', () => {
    expect(of({ A: '$(DATE) $$ {host}', B: '{service}:1' })).toEqual([
      { name: 'A', value: '$$(DATE) $$$ a.example' },
      { name: 'B', value: 'cache:1' },
    ]);
  });

  it('a key of a Secret that is the whole value is read by the kubelet', () => {
    expect(of({ SQL_HOST: '{h}' })).toEqual([fromSecret('SQL_HOST', 'H')]);
    expect(of({ SQL_HOST: '{secrets.parking.db.tls.crt}' })).toEqual([
      { name: 'SQL_HOST', valueFrom: { secretKeyRef: { name: 'parking.db', key: 'tls.crt' } } },
    ]);
  });

  it('one inside of a text is expanded from a variable in front, once', () => {
    expect(of({ A: 'jdbc://{h}:{p}', B: '{h}', C: '{h}/' })).toEqual([
      fromSecret('SLIPWAY_DB_H', 'H'),
      fromSecret('SLIPWAY_DB_P', 'P'),
      { name: 'A', value: 'jdbc://$(SLIPWAY_DB_H):$(SLIPWAY_DB_P)' },
      fromSecret('B', 'H'),
      { name: 'C', value: '$(SLIPWAY_DB_H)/' },
    ]);
  });

  it('a dollar sign in front of a reference does not escape it', () => {
    expect(of({ A: `a$${'{h}'}`, B: `a$$${'{h}'}$` }).slice(1)).toEqual([
      { name: 'A', value: 'a$$$(SLIPWAY_DB_H)' },
      { name: 'B', value: 'a$$$$$(SLIPWAY_DB_H)$' },
    ]);
  });
});
