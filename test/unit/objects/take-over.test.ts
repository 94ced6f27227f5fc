import { describe, expect, it } from 'vitest';
import { deployersOf, handedOver, isDeployer, withoutLeftovers } from '../../../src/objects/take-over.ts';
import type { KubeObject } from '../../../src/ports.ts';

const entry = (manager: string, fieldsV1: object, more = {}) => ({
  manager,
  operation: 'Update',
  apiVersion: 'v1',
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...more,
});
const object = (managedFields: unknown[], fields: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', managedFields },
  ...fields,
});

describe('CH-4: taking over', () => {
  it('is from programs that deploy, and from no controller', () => {
    const deployers = ['helm', 'kubectl', 'kubectl-client-side-apply', 'kubectl-edit', 'argocd-controller'];
    expect(deployers.every(isDeployer)).toBe(true);
    expect(['kubectl-scale', 'kubectl-autoscale', 'kube-controller-manager', 'vpa', 'slipway'].some(isDeployer)).toBe(
      false,
    );
    const live = object([entry('helm', {}), entry('helm', {}, { subresource: 'status' }), entry('cainjector', {})]);
    expect(deployersOf(live, 'slipway')).toEqual(['helm']);
    const ours = entry('slipway', {}, { operation: 'Apply' });
    expect(deployersOf(object([entry('kubectl-edit', {}), entry('helm', {}), ours]), 'slipway')).toEqual(['helm']);
    expect(deployersOf(object([entry('kubectl-edit', {})]), 'slipway')).toEqual(['kubectl-edit']);
  });

  it('gives us the fields of all deployers, and leaves the entries of others', () => {
    const status = entry('kubectl', { 'f:status': {} }, { subresource: 'status' });
    const live = object([
      entry('helm', { 'f:data': { '.': {}, 'f:a': {} } }),
      entry('kubectl-edit', { 'f:data': { 'f:b': {} } }),
      entry('operator', { 'f:data': { 'f:c': {} } }),
      status,
      entry('slipway', { 'f:data': { 'f:d': {} } }, { operation: 'Apply' }),
    ]);
    expect(handedOver(live, ['helm', 'kubectl-edit'], 'slipway')).toEqual([
      entry('slipway', { 'f:data': { '.': {}, 'f:d': {}, 'f:a': {}, 'f:b': {} } }, { operation: 'Apply' }),
      entry('operator', { 'f:data': { 'f:c': {} } }),
      status,
    ]);
  });

  it('CH-11: removes what deployers alone have: fields, items of lists and annotations', () => {
    const containers = (env: object[]) => ({ spec: { containers: [{ name: 'web', env }] } });
    const at = (inner: object) => ({ 'f:spec': { 'f:containers': { 'k:{"name":"web"}': { 'f:env': inner } } } });
    const applied = object(
      [
        entry(
          'helm',
          at({
            '.': {},
            'k:{"name":"GONE"}': { '.': {}, 'f:name': {}, 'f:value': {} },
            'k:{"name":"A"}': { 'f:value': {} },
          }),
        ),
        entry('operator', at({ 'k:{"name":"THEIRS"}': { '.': {}, 'f:name': {} } })),
        entry('slipway', at({ 'k:{"name":"A"}': { '.': {}, 'f:name': {}, 'f:value': {} } }), { operation: 'Apply' }),
      ],
      containers([{ name: 'A', value: '1' }, { name: 'GONE', value: '2' }, { name: 'THEIRS' }]),
    );
    expect(withoutLeftovers(applied, ['helm']).spec).toEqual(
      containers([{ name: 'A', value: '1' }, { name: 'THEIRS' }]).spec,
    );
  });
});
