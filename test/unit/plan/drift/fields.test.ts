import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addedFields } from '../../../../src/plan/drift/added.ts';
import { alike } from '../../../../src/plan/drift/alike.ts';
import { formatPath, valueAt } from '../../../../src/plan/drift/field-path.ts';
import {
  type FieldTree,
  NO_FIELDS,
  type Path,
  parseFields,
  touches,
  union,
} from '../../../../src/plan/drift/field-tree.ts';
import { isIgnored } from '../../../../src/plan/drift/ignore.ts';
import { authorOf, managersOf } from '../../../../src/plan/drift/managers.ts';
import { differences } from '../../../../src/plan/drift/recorded.ts';
import { shownPair } from '../../../../src/plan/drift/shown.ts';

/** All paths of a tree that are owned. */
function owned(tree: FieldTree, path: Path = []): Path[] {
  const own = tree.own && path.length > 0 ? [path] : [];
  return [...own, ...[...tree.children].flatMap(([key, child]) => owned(child, [...path, key]))];
}

const step = fc.oneof(
  fc.string({ minLength: 1 }).map((name) => `f:${name}`),
  fc.record({ name: fc.string() }).map((keys) => `k:${JSON.stringify(keys)}`),
  fc.jsonValue().map((value) => `v:${JSON.stringify(value)}`),
  fc.nat().map((index) => `i:${index}`),
);
const { fields } = fc.letrec<{ fields: Record<string, unknown> }>((tie) => ({
  fields: fc.dictionary(step, fc.oneof({ maxDepth: 3 }, fc.constant({}), tie('fields')), { maxKeys: 3 }),
}));

describe('fieldsV1', () => {
  it('has the fields that are written there, and nothing else', () => {
    const tree = parseFields({
      'f:spec': { 'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:env': { 'k:{"name":"A"}': { '.': {} } } } } },
    });
    expect(owned(tree).map(formatPath)).toEqual(['spec.containers[web]', 'spec.containers[web].env[A]']);
  });

  it('is read whatever is in it', () => {
    fc.assert(fc.property(fc.anything(), (anything) => void owned(parseFields(anything)).map(formatPath)));
    fc.assert(fc.property(fc.jsonValue(), (value) => void managersOf(objectWith([{ fieldsV1: value }]))));
  });

  it('touches each field that it owns, each inside of one, and each around one', () => {
    fc.assert(
      fc.property(fields, (fieldsV1) => {
        const tree = parseFields(fieldsV1);
        for (const path of owned(tree)) {
          expect(touches(tree, path)).toBe(true);
          expect(touches(tree, path.slice(0, -1))).toBe(true);
        }
      }),
    );
  });

  it('joined with others owns what any of them owns', () => {
    fc.assert(
      fc.property(fields, fields, (a, b) => {
        const [one, other] = [parseFields(a), parseFields(b)];
        const both = union([one, other]);
        for (const path of [...owned(one), ...owned(other)]) expect(touches(both, path)).toBe(true);
        expect(owned(union([one, one]))).toEqual(owned(one));
      }),
    );
    expect(union([])).toEqual(NO_FIELDS);
  });
});

const objectWith = (managedFields: unknown[], rest: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', managedFields },
  ...rest,
});
const entry = (manager: string, time: string, fieldsV1: unknown) => ({ manager, operation: 'Update', time, fieldsV1 });

describe('paths', () => {
  it.each([
    [['f:spec', 'f:replicas'], 'spec.replicas'],
    [['f:metadata', 'f:labels', 'f:slipway.dev/app'], 'metadata.labels[slipway.dev/app]'],
    [['f:data', 'f:app.conf'], 'data[app.conf]'],
    [['f:spec', 'f:ports', 'k:{"containerPort":8080,"protocol":"TCP"}', 'f:name'], 'spec.ports[8080/TCP].name'],
    [['f:metadata', 'f:finalizers', 'v:"a/b"'], 'metadata.finalizers[a/b]'],
    [['f:args', 'i:2'], 'args[2]'],
  ])('%j is %s', (path, text) => expect(formatPath(path)).toBe(text));

  it('lead to values by name, by merge keys, by value and by index', () => {
    const object = { ports: [{ port: 80 }, { port: 81, protocol: 'UDP', name: 'dns' }], set: ['a', 'b'] };
    expect(valueAt(object, ['f:ports', 'k:{"port":81,"protocol":"UDP"}', 'f:name'])).toBe('dns');
    expect(valueAt(object, ['f:ports', 'k:{"port":80,"protocol":"TCP"}'])).toEqual({ port: 80 });
    expect(valueAt(object, ['f:set', 'v:"b"'])).toBe('b');
    expect(valueAt(object, ['f:set', 'i:0'])).toBe('a');
    expect(valueAt(object, ['f:none', 'f:toString'])).toBeUndefined();
    expect(valueAt({}, ['f:toString'])).toBeUndefined();
  });
});

describe('managers', () => {
  const a = entry('kubectl-edit', '2026-11-24T10:00:00Z', { 'f:data': { 'f:A': {} } });
  const b = entry('helm', '2026-11-25T10:00:00Z', { 'f:data': { 'f:A': {}, 'f:B': {} } });
  const ours = { ...entry('slipway', '2026-11-26T10:00:00Z', { 'f:data': { 'f:A': {} } }), operation: 'Apply' };

  it('the newest of the others is told', () => {
    const managers = managersOf(objectWith([a, ours, b]));
    expect(authorOf(managers, ['f:data', 'f:A'], 'slipway')).toEqual({ manager: 'helm', at: '2026-11-25T10:00:00Z' });
    expect(authorOf(managersOf(objectWith([ours])), ['f:data', 'f:A'], 'slipway')?.manager).toBe('slipway');
    expect(authorOf(managers, ['f:data', 'f:C'], 'slipway')).toBeUndefined();
  });
});

describe('added fields', () => {
  const find = (live: object, managedFields: unknown[], recorded: unknown = {}) => {
    const object = objectWith(managedFields, live);
    const found = addedFields(object, managersOf(object), parseFields(recorded));
    return found.map(({ path, live: value, author }) => [formatPath(path), value, author.manager]);
  };

  it('are told as a whole, keys of maps and items of lists each by itself', () => {
    const containers = { 'k:{"name":"web"}': { 'f:securityContext': { '.': {}, 'f:runAsUser': {} } } };
    const fieldsV1 = { 'f:data': { '.': {}, 'f:A': {}, 'f:B': {} }, 'f:spec': { 'f:containers': containers } };
    const live = {
      data: { A: '1', B: '2' },
      spec: { containers: [{ name: 'web', securityContext: { runAsUser: 0 } }] },
    };
    expect(find(live, [entry('x', 'T', fieldsV1)], { 'f:data': { 'f:A': {} } })).toEqual([
      ['data.B', '2', 'x'],
      ['spec.containers[web].securityContext', { runAsUser: 0 }, 'x'],
    ]);
  });

  it('of two hands have the last one', () => {
    const item = (inner: object) => ({ 'f:spec': { 'f:env': { 'k:{"name":"A"}': inner } } });
    const first = entry('first', '2026-11-24T10:00:00Z', item({ '.': {}, 'f:name': {} }));
    const second = entry('second', '2026-11-25T10:00:00Z', item({ 'f:value': {} }));
    const live = { spec: { env: [{ name: 'A', value: '2' }] } };
    expect(find(live, [second, first])).toEqual([['spec.env[A]', { name: 'A', value: '2' }, 'second']]);
  });

  it('are not status, owners or finalizers, nor what is no longer there', () => {
    const metadata = { 'f:finalizers': { 'v:"x"': {} }, 'f:ownerReferences': { 'k:{"uid":"1"}': { '.': {} } } };
    const fieldsV1 = { 'f:metadata': metadata, 'f:status': { 'f:ready': {} }, 'f:data': { 'f:gone': {} } };
    expect(find({ status: { ready: true }, data: {} }, [entry('x', 'T', fieldsV1)])).toEqual([]);
  });
});

describe('recorded fields', () => {
  it('differ one by one, or as a whole where one side has nothing', () => {
    const tree = parseFields({ 'f:a': { 'f:b': {}, 'f:c': {} }, 'f:d': { 'f:e': {} } });
    const found = differences(tree, { a: { b: 1, c: [1] }, d: { e: 1 } }, { a: { b: 2, c: [1], more: 1 } });
    expect(found.map(({ path, wanted, live }) => [formatPath(path), wanted, live])).toEqual([
      ['a.b', 1, 2],
      ['d', { e: 1 }, undefined],
    ]);
  });

  it('of an object and itself never differ', () => {
    fc.assert(
      fc.property(fields, fc.jsonValue(), (f, value) => {
        expect(differences(parseFields(f), value, value)).toEqual([]);
      }),
    );
  });
});

describe('alike without the server', () => {
  it.each([
    ['0.5', '500m', true],
    ['1Gi', '1024Mi', true],
    ['1Gi', '1G', false],
    [{ a: 1 }, { a: 1, defaulted: true }, true],
    [{ a: 1, b: '' }, { a: 1 }, true],
    [[{ a: 1 }], [{ a: 1 }, { a: 2 }], false],
    [undefined, false, true],
    [true, undefined, false],
    ['x', 'y', false],
  ])('%j and %j: %s', (recorded, live, expected) => expect(alike(recorded, live)).toBe(expected));
});

describe('values', () => {
  it('of Secrets are never shown', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), fc.string({ minLength: 4 }), (key, value) => {
        const shown = shownPair('Secret', ['f:data', `f:${key}`], value, `${value}x`);
        expect(shown).toEqual({ recorded: '***', live: '***' });
      }),
    );
    expect(shownPair('Secret', ['f:data'], undefined, { password: 'hunter2' }).live).toBe('***');
  });

  it('that look like secrets are not shown either, however deep', () => {
    const env = ['f:env', 'k:{"name":"DB_PASSWORD"}'];
    expect(shownPair('Deployment', [...env, 'f:value'], 'a', 'b')).toEqual({ recorded: '***', live: '***' });
    const container = {
      name: 'web',
      env: [{ name: 'API_TOKEN', value: 'hunter2' }],
      args: ['postgres://u:hunter2@db'],
    };
    const { live } = shownPair('Deployment', ['f:containers', 'k:{"name":"web"}'], undefined, container);
    expect(live).toBe('{"name":"web","env":[{"name":"API_TOKEN","value":"***"}],"args":["***"]}');
    expect(shownPair('ConfigMap', ['f:data', 'f:api_key'], 'a', 'b').live).toBe('***');
  });

  it('of a long text begin with the line that differs, and drive nothing', () => {
    const [before, after] = ['a', '\u001b[31m::error::b'].map((end) => `${'line\n'.repeat(60)}level = ${end}\n`);
    const shown = shownPair('ConfigMap', ['f:data', 'f:app.conf'], before, after);
    expect(shown.recorded).toBe('… "level = a\\n"');
    expect(shown.live).not.toContain('\u001b');
  });
});

describe('what slipway.yml lets others change', () => {
  const web = { kind: 'Deployment', name: 'web' };
  it.each([
    [{ manager: 'reloader' }, true],
    [{ manager: 'reload' }, false],
    [{ field: 'spec.template' }, true],
    [{ field: 'spec.temp' }, false],
    [{ field: 'spec.template.metadata.annotations[reloader.*]' }, true],
    [{ field: 'spec.template.metadata.annotations[reloader.stakater.com/last]' }, true],
    [{ kind: 'Deployment', name: 'w*' }, true],
    [{ kind: 'Deployment', name: 'x' }, false],
    [{ kind: 'Deployment', manager: 'helm' }, false],
  ])('%j: %s', (rule, expected) => {
    const field = 'spec.template.metadata.annotations[reloader.stakater.com/last]';
    expect(isIgnored([rule], web, field, 'reloader')).toBe(expected);
  });
});
