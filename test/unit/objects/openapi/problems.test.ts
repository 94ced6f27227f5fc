import { describe, expect, it } from 'vitest';
import { schemaProblems } from '../../../../src/objects/openapi/problems.ts';
import type { KindSchema } from '../../../../src/ports/open-api.ts';
import type { KubeObject } from '../../../../src/ports.ts';

/** As the API server writes its documents. */
const SCHEMA: KindSchema = {
  root: {
    type: 'object',
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { allOf: [{ $ref: '#/components/schemas/Meta' }], default: {} },
      spec: { $ref: '#/components/schemas/Spec' },
    },
  },
  schemas: {
    Meta: {
      type: 'object',
      properties: { name: { type: 'string' }, labels: { type: 'object', additionalProperties: { type: 'string' } } },
    },
    Spec: {
      type: 'object',
      required: ['selector', 'policy'],
      properties: {
        replicas: { type: 'integer', format: 'int32' },
        selector: { type: 'object', additionalProperties: { type: 'string' } },
        policy: { type: 'string', default: 'Always', enum: ['Always', 'Never'] },
        ports: { type: 'array', items: { allOf: [{ $ref: '#/components/schemas/Port' }], default: {} } },
        raw: { type: 'object' },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { a: { type: 'string' } } },
      },
    },
    Port: {
      type: 'object',
      required: ['port'],
      properties: {
        port: { type: 'integer' },
        targetPort: { $ref: '#/components/schemas/IntOrString' },
        memory: { oneOf: [{ type: 'string' }, { type: 'number' }] },
      },
    },
    IntOrString: { type: 'string', format: 'int-or-string' },
  },
};

const problems = (spec: unknown, metadata: object = {}) =>
  schemaProblems({ apiVersion: 'v1', kind: 'Thing', metadata: { name: 'a', ...metadata }, spec } as KubeObject, SCHEMA);

describe('F9: the schema of the API server', () => {
  it('permits what the server does: null for an absent field, either of two types, content without a schema', () => {
    const spec = {
      selector: { app: 'a' },
      replicas: null,
      ports: [
        { port: 80, targetPort: 'http', memory: 1 },
        { port: 81, targetPort: 8081, memory: '64Mi' },
      ],
      raw: { anything: [1] },
      free: { a: 'a', b: 1 },
    };
    expect(problems(spec, { labels: { app: 'a' } })).toEqual([]);
    const { root, schemas } = SCHEMA;
    const withStatus = { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'a' }, status: { any: 1 } };
    expect(schemaProblems(withStatus, { root, schemas })).toEqual([]);
  });

  it('finds an unknown field, a wrong type, a missing field and a value that is not in the list', () => {
    expect(problems({ selector: {}, replcas: 1 })).toEqual(['unknown field "spec.replcas"']);
    expect(problems({ selector: {}, replicas: '2' })).toEqual(['spec.replicas: must be an integer, is a string']);
    expect(problems({ selector: {}, replicas: 2.5 })).toEqual(['spec.replicas: must be an integer, is a number']);
    expect(problems({})).toEqual(['spec.selector: required']);
    expect(problems({ selector: {}, policy: 'No' })).toEqual(['spec.policy: must be one of Always, Never']);
    expect(problems({ selector: {}, ports: [{ prt: 1 }] })).toEqual([
      'spec.ports[0].port: required',
      'unknown field "spec.ports[0].prt"',
    ]);
    expect(problems({ selector: { app: 1 } })).toEqual(['spec.selector.app: must be a string, is an integer']);
    expect(problems({ selector: {} }, { labels: { app: true } })).toEqual([
      'metadata.labels.app: must be a string, is a boolean',
    ]);
  });

  it('that refers to itself ends', () => {
    const loop = { root: { $ref: '#/components/schemas/A' }, schemas: { A: { $ref: '#/components/schemas/A' } } };
    expect(schemaProblems({ apiVersion: 'v1', kind: 'A', metadata: { name: 'a' } }, loop)).toEqual([]);
  });
});
