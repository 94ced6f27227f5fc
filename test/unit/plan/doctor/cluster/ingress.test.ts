import { describe, expect, it } from 'vitest';
import type { IngressSpec } from '../../../../../src/objects/ingress/ingress-spec.ts';
import { checkController, checkGateway, checkIngressClass } from '../../../../../src/plan/doctor/cluster/ingress.ts';
import { Kubectl } from '../../../../../src/plan/doctor/cluster/target.ts';
import { known } from '../../../../../src/plan/doctor/fact.ts';
import type { KubeObject } from '../../../../../src/ports.ts';

const kubectl = new Kubectl(['kubectl']);
const ingress = (rest: Partial<IngressSpec> = {}): IngressSpec => ({
  kind: 'ingress',
  host: 'parking.acme.dev',
  className: undefined,
  annotations: {},
  tls: { by: 'controller' },
  port: undefined,
  address: undefined,
  gateway: undefined,
  policies: undefined,
  internal: undefined,
  timeoutSeconds: 60,
  access: undefined,
  ...rest,
});

function ingressClass(name: string, isDefault: boolean, controller = 'example.com/controller'): KubeObject {
  const annotations: Record<string, string> = isDefault
    ? { 'ingressclass.kubernetes.io/is-default-class': 'true' }
    : {};
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name, annotations },
    spec: { controller },
  };
}

describe('the IngressClass', () => {
  it.each([
    ['the one that is named', ingress({ className: 'b' }), [ingressClass('b', false)], 'ok', null],
    ['one that does not exist', ingress({ className: 'x' }), [ingressClass('b', false)], 'failed', null],
    ['the default', ingress(), [ingressClass('a', true)], 'ok', null],
    ['no default', ingress(), [ingressClass('a', false)], 'failed', 'kubectl annotate ingressclass a'],
    [
      'two defaults',
      ingress(),
      [ingressClass('a', true), ingressClass('b', true)],
      'failed',
      'kubectl annotate ingressclass b',
    ],
    ['no class at all', ingress(), [], 'failed', null],
    ['none for a Gateway', ingress({ kind: 'gateway' }), [], 'skipped', null],
  ])('%s', (_, spec, classes, status, fix) => {
    const found = checkIngressClass('s', spec, known(classes), kubectl);
    expect(found.status).toBe(status);
    if (fix === null) expect(found.fix).toBeNull();
    else expect(found.fix).toContain(fix);
  });

  it('has a controller that is retired', () => {
    const retired = [ingressClass('nginx', true, 'k8s.io/ingress-nginx')];
    expect(checkController('s', ingress(), known(retired)).status).toBe('failed');
    expect(checkController('s', ingress(), known([ingressClass('a', true)])).status).toBe('ok');
    const unused = [...retired, ingressClass('a', false)];
    expect(checkController('s', ingress({ className: 'a' }), known(unused)).status).toBe('ok');
  });
});

describe('the Gateway', () => {
  const spec = ingress({ kind: 'gateway', gateway: { namespace: 'infra', name: 'main', section: undefined } });
  const conditions = [{ type: 'Programmed', status: 'True' }];

  function judged(listener: object, status: object = { conditions }, namespaceLabels: Record<string, string> = {}) {
    const listeners = [{ name: 'http', ...listener }];
    const apiVersion = 'gateway.networking.k8s.io/v1';
    const gateway = { apiVersion, kind: 'Gateway', metadata: { name: 'main' }, spec: { listeners }, status };
    return checkGateway(
      's',
      spec,
      'parking',
      { served: known(true), gateway: known(gateway), namespaceLabels },
      kubectl,
    );
  }
  const from = (value: string, selector?: object) => ({ allowedRoutes: { namespaces: { from: value, selector } } });

  it.each([
    ['all namespaces', from('All'), 'ok'],
    ['its own namespace, by default', {}, 'failed'],
    ['namespaces with a label that is there', from('Selector', { matchLabels: { team: 'a' } }), 'ok'],
    ['namespaces with another label', from('Selector', { matchLabels: { team: 'b' } }), 'failed'],
    ['another host', { ...from('All'), hostname: '*.acme.com' }, 'failed'],
    ['the hosts of a domain', { ...from('All'), hostname: '*.acme.dev' }, 'ok'],
  ])('admits %s: %s', (_, listener, status) => {
    expect(judged(listener, undefined, { team: 'a' }).status).toBe(status);
  });

  it('opens the listener that is closed, and keeps its kinds', () => {
    const found = judged({ allowedRoutes: { kinds: [{ kind: 'HTTPRoute' }] } });
    expect(found.fix).toContain('kubectl patch gateway main --namespace infra --type=json');
    expect(found.fix).toContain('"path":"/spec/listeners/0/allowedRoutes"');
    expect(found.fix).toContain('"kinds":[{"kind":"HTTPRoute"}]');
  });

  it('is not taken for programmed without a word of its controller', () => {
    expect(judged(from('All'), {}).status).toBe('unknown');
    const refused = { conditions: [{ type: 'Accepted', status: 'False', message: 'no such class' }] };
    expect(judged(from('All'), refused)).toMatchObject({ status: 'failed', evidence: ['no such class'] });
  });

  it('needs the Gateway API', () => {
    const facts = { served: known(false), gateway: known(undefined), namespaceLabels: undefined };
    expect(checkGateway('s', spec, 'parking', facts, kubectl).status).toBe('failed');
  });
});
