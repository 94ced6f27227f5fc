import type { PlacementConfig } from '../../config/pod-schema.ts';
import type { KubeObject } from '../../ports.ts';
import { partMetadata } from '../labels.ts';
import type { AppSpec } from './app-spec.ts';

type Given = PlacementConfig['serviceAccount'];

/** The ServiceAccounts that slipway.yml gives annotations; others exist in the namespace. */
export function serviceAccounts(spec: AppSpec): KubeObject[] {
  const given = [...spec.processes, ...spec.crons].flatMap(({ serviceAccount, component }) =>
    typeof serviceAccount === 'object' && serviceAccount.annotations !== undefined
      ? [{ name: serviceAccount.name, annotations: serviceAccount.annotations, component }]
      : [],
  );
  const byName = new Map([...given].reverse().map((one) => [one.name, one]));
  return [...byName.values()].map(({ name, annotations, component }) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: partMetadata(spec, { name, component }, annotations),
    automountServiceAccountToken: false,
  }));
}

/** Fields of the pod. Without a word, the account `default`, without a token: an app does not need the API server. */
export function accountFields(given: Given): Record<string, unknown> {
  const account = typeof given === 'string' ? { name: given } : given;
  return {
    automountServiceAccountToken: account !== undefined && 'token' in account && account.token === true,
    ...(account === undefined ? {} : { serviceAccountName: account.name }),
  };
}
