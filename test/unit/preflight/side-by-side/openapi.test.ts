import { describe, expect, it } from 'vitest';
import { apiFile, compareApis, readApiFile } from '../../../../src/preflight/side-by-side/api-record.ts';
import { apiDocument, apiFindings } from '../../../../src/preflight/side-by-side/openapi.ts';

const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const document = (operation: object, path = '/spots/{id}', more: object = {}) => ({
  openapi: '3.1.0',
  paths: { [path]: { post: operation } },
  ...more,
});
const seen = (before: object, after: object) =>
  apiFindings({ object: 'Deployment api' }, before as never, after as never).map((one) => one.seen);

it('nothing breaks where an API only grows, or renames a part of a path', () => {
  const before = document({
    parameters: [{ in: 'query', name: 'limit' }],
    responses: { 200: json({ properties: { a: {} } }) },
  });
  const after = document(
    {
      parameters: [
        { in: 'query', name: 'limit' },
        { in: 'query', name: 'page' },
        { in: 'path', name: 'spot', required: true },
      ],
      requestBody: json({ properties: { note: {} } }),
      responses: { 200: json({ properties: { a: {}, b: {} } }), 404: {} },
    },
    '/spots/{spot}',
  );
  expect(seen(before, { ...after, paths: { ...after.paths, '/new': { get: {} } } })).toEqual([]);
});

describe('what breaks', () => {
  it('a path or an operation that is gone', () => {
    expect(seen(document({}), { openapi: '3.1.0', paths: { '/spots/{id}': { get: {} } } })).toEqual([
      'POST /spots/{}: it is gone',
    ]);
    expect(seen(document({}), document({}, '/places/{id}'))).toEqual(['POST /spots/{}: it is gone']);
  });

  it('a parameter that must be given, also one of the path item and of a reference', () => {
    const needed = (name: string) => ({ in: 'query', name, required: true });
    const after = document({ parameters: [{ $ref: '#/components/parameters/page' }, needed('limit')] }, undefined, {
      components: { parameters: { page: needed('page') } },
    });
    expect(seen(document({ parameters: [{ in: 'query', name: 'limit' }] }), after)).toEqual([
      'POST /spots/{}: the query page must be given now',
      'POST /spots/{}: the query limit must be given now',
    ]);
  });

  it('a body that must be given, and a property in it, by reference as well', () => {
    const after = document(
      { requestBody: { required: true, ...json({ $ref: '#/components/schemas/Spot' }) } },
      undefined,
      {
        components: { schemas: { Spot: { required: ['name', 'city'] } } },
      },
    );
    expect(seen(document({ requestBody: json({ required: ['name'] }) }), after)).toEqual([
      'POST /spots/{}: a body must be given now',
      'POST /spots/{}: the body must have city now',
    ]);
  });

  it('a property that the answer no longer has, in version 2 as well', () => {
    const answer = (properties: object) => ({
      swagger: '2.0',
      paths: { '/spots': { get: { responses: { 200: { schema: { properties } } } } } },
    });
    expect(seen(answer({ a: {}, b: {} }), answer({ b: {} }))).toEqual(['GET /spots: the answer no longer has a']);
  });

  it('a property of another type, a parameter that is not taken any more, and a status that is gone', () => {
    const answer = (type: string) => json({ properties: { free: { type } } });
    const limit = { in: 'query', name: 'limit' };
    expect(
      seen(document({ responses: { 200: answer('number') } }), document({ responses: { 200: answer('string') } })),
    ).toEqual(['POST /spots/{}: free of the answer is of type string now, and was number']);
    expect(
      seen(document({ responses: { 200: answer('number') } }), document({ responses: { 200: answer('integer') } })),
    ).toEqual([]);
    expect(seen(document({ parameters: [limit] }), document({}))).toEqual([
      'POST /spots/{}: the query limit is not taken any more',
    ]);
    expect(seen(document({ responses: { 200: {}, 201: {} } }), document({ responses: { 200: {} } }))).toEqual([
      'POST /spots/{}: it no longer answers with 201',
    ]);
    for (const either of ['2XX', 'default'])
      expect(seen(document({ responses: { 201: {} } }), document({ responses: { [either]: {} } }))).toEqual([]);
  });

  it('an authentication that is needed now, unless the operation says otherwise', () => {
    const security = [{ bearer: [] }];
    const needed = ['POST /spots/{}: it needs an authentication now'];
    expect(seen(document({}), document({ security }))).toEqual(needed);
    expect(seen(document({}), document({}, undefined, { security }))).toEqual(needed);
    expect(seen(document({}), document({ security: [] }, undefined, { security }))).toEqual([]);
    expect(seen(document({}), document({ security: [...security, {}] }))).toEqual([]);
    expect(seen(document({ security }), document({ security }))).toEqual([]);
  });
});

it.each(['', 'null', '[]', '{}', '{"openapi":"3.1.0"}', '<html>', '{"openapi":"3.1.0","paths":[]}'])(
  '%s is no document',
  (text) => {
    expect(apiDocument(text)).toBeUndefined();
  },
);

it('a document that refers to itself, or to nothing, ends', () => {
  const self = document(
    { requestBody: { $ref: '#/components/a' }, responses: { 200: { $ref: '#/components/__proto__/x' } } },
    '/a{b',
    {
      components: { a: { $ref: '#/components/a' } },
    },
  );
  expect(apiDocument(JSON.stringify(self))).toEqual(self);
  expect(seen(self, self)).toEqual([]);
});

describe('the record of what processes served', () => {
  const old = document({});
  it('is read as it was written', () => {
    expect(readApiFile(apiFile({ 'Deployment api': old }), 'openapi.json', 'x')).toEqual({ 'Deployment api': old });
    expect(() => readApiFile('[1]', 'old/openapi.json', 'x')).toThrow('old/openapi.json');
  });

  it('is compared for each process; one that serves none any more is said', () => {
    const { findings, notes } = compareApis({ a: old, b: old }, { a: document({}, '/other'), c: old });
    expect(findings.map(({ where, seen: said }) => [where.object, said])).toEqual([
      ['a', 'POST /spots/{}: it is gone'],
    ]);
    expect(notes).toEqual(['b served a description of its API before, and none here: it is not compared.']);
    const inProduction = compareApis({ a: old }, { a: document({}, '/other') }, 'production').findings;
    expect(inProduction[0]?.where).toEqual({ environment: 'production', object: 'a' });
    expect(inProduction[0]?.fingerprint).not.toBe(findings[0]?.fingerprint);
  });
});
