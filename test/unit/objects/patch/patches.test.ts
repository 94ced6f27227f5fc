import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/config/load.ts';
import { patchedObjects, refuseMissed } from '../../../../src/objects/patch/patches.ts';
import { podTemplateOf } from '../../../../src/objects/pod-template.ts';
import { planPatches } from '../../../../src/plan/patches.ts';
import { appObjects, appSpec } from '../../../support/kube/spec.ts';

const OBJECTS = appObjects(appSpec({ env: { A: '1' } }));
const NAME = OBJECTS[0]?.metadata.name;

/** The patches of a file whose `deploy.patches` begins at line 4. */
function patchesOf(yaml: string) {
  const config = parseConfig(`app: a\nimage: { repository: r.example/a }\ndeploy:\n  patches:\n${yaml}`, 'slipway.yml');
  return planPatches({ deploy: config.deploy.patches, own: undefined, where: 'review', all: true });
}
const patched = (yaml: string) => patchedObjects(OBJECTS, patchesOf(yaml));

describe('patches', () => {
  it('strategic merge: by kind, the others stay as they are', () => {
    const [deployment, ...others] = patched(
      `    - target: { kind: Deployment }
      patch: { spec: { minReadySeconds: 5, template: { spec: { hostAliases: [{ ip: 10.0.0.1, hostnames: [db] }] } } } }`,
    );
    expect(deployment?.spec).toMatchObject({
      minReadySeconds: 5,
      template: { spec: { hostAliases: [{ ip: '10.0.0.1', hostnames: ['db'] }], enableServiceLinks: false } },
    });
    expect(others).toEqual(OBJECTS.slice(1));
  });

  it('containers are merged by name, new ones follow, null removes', () => {
    const [deployment] = patched(
      `    - target: { name: ${NAME}, kind: Deployment, process: web }
      patch:
        spec:
          template:
            spec:
              enableServiceLinks: null
              containers:
                - { name: proxy, image: registry.example/proxy:1 }
                - { name: ${NAME}, env: [{ name: B, value: "2" }, { name: A, $patch: delete }] }`,
    );
    const spec: Record<string, unknown> = { ...(deployment && podTemplateOf(deployment)?.spec) };
    const [app, proxy] = spec.containers as { name: string; env: object[] }[];
    expect(spec).not.toHaveProperty('enableServiceLinks');
    expect([app?.name, proxy?.name]).toEqual([NAME, 'proxy']);
    expect(app?.env.at(-1)).toEqual({ name: 'B', value: '2' });
    expect(JSON.stringify(app?.env)).not.toContain('"A"');
  });

  it('ports of a Service are merged by number, and $patch: replace begins a list again', () => {
    const ports = (item: string) => {
      const objects = patched(`    - target: { kind: Service }\n      patch: { spec: { ports: [${item}] } }`);
      const service = objects.find(({ kind }) => kind === 'Service');
      return (service as unknown as { spec: { ports: object[] } }).spec.ports;
    };
    const [http] = ports('{ port: 81, name: metrics }');
    expect(ports('{ port: 81, name: metrics }')).toEqual([http, { port: 81, name: 'metrics' }]);
    expect(ports('{ port: 80, nodePort: 30080 }')).toEqual([{ ...http, nodePort: 30080 }]);
    expect(ports('{ $patch: replace }, { port: 81 }')).toEqual([{ port: 81 }]);
  });

  it('JSON patch', () => {
    const objects = patched(
      `    - target: { kind: Service }
      patch: [{ op: add, path: /spec/sessionAffinity, value: ClientIP }]`,
    );
    expect(objects.find(({ kind }) => kind === 'Service')?.spec).toMatchObject({ sessionAffinity: 'ClientIP' });
  });

  it.each([
    [
      '{ kind: Deployment }',
      '[{ op: replace, path: /spec/none, value: 1 }]',
      /slipway\.yml:5:7: deploy\.patches\[0\] does not apply to Deployment .*"none"/,
    ],
    ['{ kind: Deployment }', '{ spec: { template: { spec: { containers: [{ image: x }] } } } }', /has no "name"/],
    [
      '{ kind: Deployment }',
      '{ spec: { template: { spec: { containers: [{ name: ap, tty: true }] } } } }',
      /adds the container ap without an image; to change one that is there, use its name: /,
    ],
    [
      '{ kind: Deployment }',
      '{ spec: { template: { spec: { initContainers: [{ name: wait, command: [a] }] } } } }',
      /adds the container wait without an image/,
    ],
    ['{ kind: Deployment }', '{ spec: { $setElementOrder/x: [] } }', /has no meaning here/],
    ['{ kind: Deployment }', '{ $patch: delete }', /has no meaning here/],
    ['{ kind: Deployment }', '{ metadata: { name: other } }', /changes metadata\.name/],
    ['{ kind: Deployment }', '{ metadata: null }', /no object is left/],
    ['{ kind: Deployment }', '{ spec: { selector: { matchLabels: { a: b } } } }', /changes spec\.selector/],
    ['{ kind: Service }', '{ metadata: { labels: { slipway.dev/app: other } } }', /changes labels of Slipway/],
    [
      '{ kind: Deployment }',
      `{ spec: { template: { spec: { containers: [{ name: ${NAME}, image: x }] } } } }`,
      /image of container/,
    ],
    ['{ kind: Deployment }', '[{ op: remove, path: /spec/template/spec/containers/0 }]', /image of container/],
    ['{ kind: Deployment }', '[{ op: remove, path: /spec/template/spec/containers/0/image }]', /image of container/],
  ])('%s %s is refused', (target, patch, message) => {
    expect(() => patched(`    - target: ${target}\n      patch: ${patch}`)).toThrow(message);
  });

  it.each(['null', '{}'])('what only the server can refuse is left to it: initContainers: %s', (value) => {
    const patch = `[{ op: add, path: /spec/template/spec/initContainers, value: ${value} }]`;
    expect(patched(`    - target: { kind: Deployment }\n      patch: ${patch}`)).toHaveLength(OBJECTS.length);
  });

  it('placeholders in texts are replaced; unknown ones are refused', () => {
    const patch = '{ metadata: { annotations: { dns: "{host}.", text: "{{host}}" } } }';
    const [, service] = patchedObjects(OBJECTS, patchesOf(`    - target: { kind: Service }\n      patch: ${patch}`), {
      host: 'a.example.dev',
    });
    expect(service?.metadata.annotations).toEqual({ dns: 'a.example.dev.', text: '{host}' });
    const more =
      'environments: { s: { namespace: s, patches: [{ target: { kind: Service }, patch: { a: "{host}" } }] } }';
    expect(() => parseConfig(`app: a\nimage: { repository: r.example/a }\n${more}`, 'slipway.yml')).toThrow(
      /environments\.s\.patches\.0\.patch: \{host\} is not known in environment s: it has no `host`/,
    );
  });

  it('one that hits nothing is refused with its place and what there is', () => {
    const patches = patchesOf('    - target: { kind: Ingress }\n      patch: { spec: {} }');
    expect(() => refuseMissed(patches, OBJECTS)).toThrow(
      /slipway\.yml:5:7: deploy\.patches\[0\] hits no object: there is no Ingress/,
    );
    expect(
      refuseMissed(
        patches.map((patch) => ({ ...patch, required: false })),
        OBJECTS,
      ),
    ).toEqual(['deploy.patches[0] applies to nothing here: there is no Ingress']);
  });

  it.each([
    ['{ kind: Deployment }', '"spec: {}"', /patches\.0\.patch: must be a list or a map|must be a map or a list/],
    ['{}', '{ spec: {} }', /give kind, name or process/],
    ['{ kind: Deployment }', '[{ op: ad, path: /a, value: 1 }]', /patches\.0\.patch\.0/],
    ['{ kind: Deployment }', '[{ op: add, path: a, value: 1 }]', /begins with "\/"/],
    ['{ kind: Deployment }', '[{ op: add, path: /a }]', /value/],
  ])('the file is refused: %s %s', (target, patch, message) => {
    expect(() => patched(`    - target: ${target}\n      patch: ${patch}`)).toThrow(message);
  });

  it('beside objects of the team they are refused', () => {
    expect(() => patchesOf('    - target: { kind: Service }\n      patch: {}\n  manifests: k8s/')).toThrow(
      /deploy\.patches: patches apply to objects that Slipway writes/,
    );
  });
});
