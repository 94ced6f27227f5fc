import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';

const file = (more: string) => parseConfig(`app: a\nimage: { repository: r.example/a }\n${more}`, 'slipway.yml');

describe('keys about pods', () => {
  it.each([
    [
      'deploy: { volumes: { t: { path: /t } } }',
      /deploy\.volumes\.t: give one of emptyDir, claim, secret and configMap/,
    ],
    ['deploy: { volumes: { t: { path: /t, emptyDir: 1Mi, claim: c } } }', /give one of emptyDir/],
    ['deploy: { volumes: { t: { path: t, emptyDir: 1Mi } } }', /yml:3:\d+: deploy\.volumes\.t\.path: an absolute path/],
    ['deploy: { volumes: { t: { path: /t, emptyDir: lots } } }', /a Kubernetes quantity/],
    ['deploy: { volumes: { t: { path: /t, claim: c, items: { a: b } } } }', /is for secret and configMap/],
    ['deploy: { volumes: { t: { path: /t, secret: s, readOnly: true } } }', /subPath and readOnly are for claim/],
    [
      'deploy: { volumes: { a: { path: /t, emptyDir: 1Mi }, b: { path: /t, claim: c } } }',
      /deploy\.volumes\.b\.path: volume a is at \/t already/,
    ],
    [
      'deploy: { volumes: { a: { path: /t, emptyDir: 1Mi } } }\nenvironments: { s: { namespace: s, volumes: { b: { path: /t, claim: c } } } }',
      /environments\.s\.volumes\.b\.path: volume a is at \/t already/,
    ],
    ['deploy: { autoscale: { max: 3, cpu: 80 } }', /deploy\.autoscale: is measured in percent of resources\.cpu/],
    ['deploy: { autoscale: { max: 3, memory: 80 }, resources: { cpu: 1 } }', /percent of resources\.memory/],
    [
      'deploy: { autoscale: { max: 1 }, resources: { cpu: 1 } }',
      /deploy\.autoscale\.max: 1 is less than min, which is 2/,
    ],
    [
      'deploy: { autoscale: { max: 3 }, replicas: 2, resources: { cpu: 1 } }',
      /deploy\.replicas: stands beside autoscale/,
    ],
    ['deploy: { probes: { liveness: { command: [x], path: /a } } }', /deploy\.probes\.liveness: asks in two ways/],
    [
      'deploy: { processes: { w: { probes: { liveness: { path: /a } } } } }',
      /processes\.w\.probes\.liveness: the process has no port/,
    ],
    ['deploy: { probes: { readiness: { headers: { A: b } } } }', /readiness\.headers: is for a probe with a path/],
    ['deploy: { podLabels: { slipway.dev/app: x } }', /podLabels.*is written by Slipway/],
    ['deploy: { podLabels: { a: "no spaces" } }', /at most 63 letters/],
    [
      'deploy: { podAnnotations: { a: "{hots}" } }\nenvironments: { s: { namespace: s } }',
      /podAnnotations\.a: unknown placeholder/,
    ],
    ['deploy: { securityContext: { runAsUser: root } }', /deploy\.securityContext\.runAsUser/],
    [
      'deploy: { processes: { a: { port: 1 } } }\nenvironments: { s: { namespace: s, autoscale: { max: 3 } } }',
      /environments\.s\.autoscale: does not say which process/,
    ],
    [
      'deploy: { autoscale: { max: 3 }, processes: { a: { port: 1 } } }',
      /deploy\.autoscale: stands beside deploy\.processes/,
    ],
    [
      'deploy: { processes: { a: { serviceAccount: { name: x, annotations: { a: "1" } } }, b: { serviceAccount: { name: x, annotations: { a: "2" } } } } }',
      /the ServiceAccount x has annotations in two ways/,
    ],
    ['deploy: { serviceAccount: { name: A_b } }', /the name of a ServiceAccount is lower-case letters/],
    ['deploy: { priorityClass: A_b }', /the name of a PriorityClass is lower-case letters/],
    ['deploy: { manifests: k, volumes: {} }', /deploy\.volumes: has no effect beside deploy\.manifests/],
    [
      'deploy: { kustomize: k }\nenvironments: { s: { namespace: s, autoscale: false } }',
      /environments\.s\.autoscale: has no effect beside deploy\.kustomize/,
    ],
    [
      'deploy: { manifests: k }\nenvironments: { s: { namespace: s, patches: [{ target: { kind: Service }, patch: {} }] } }',
      /environments\.s\.patches: has no effect beside deploy\.manifests/,
    ],
    [
      'review: { manifests: k, patches: [{ target: { kind: Service }, patch: {} }] }',
      /review\.patches: has no effect beside review\.manifests/,
    ],
  ])('%s is refused', (more, message) => {
    expect(() => file(more)).toThrow(message);
  });

  it('values without quotes are text, as Kubernetes needs them', () => {
    const { deploy } = file(
      'deploy: { nodeSelector: { gpu: true }, podLabels: { v: 1.10 }, podAnnotations: { n: 007 }, tolerations: [{ key: a, value: true }] }',
    );
    expect(deploy).toMatchObject({
      nodeSelector: { gpu: 'true' },
      podLabels: { v: '1.10' },
      podAnnotations: { n: '007' },
      tolerations: [{ value: 'true' }],
    });
  });

  it('an environment that takes autoscale away needs no request', () => {
    const more = `deploy: { autoscale: { max: 3 }, resources: { cpu: 1 } }
environments: { s: { namespace: s, autoscale: false, replicas: 1 } }`;
    expect(file(more).environments?.s?.autoscale).toBe(false);
  });
});
