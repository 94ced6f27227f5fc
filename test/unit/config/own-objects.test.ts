import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';

const BASE = 'app: parking\nimage: { repository: r.example/apps/parking }\n';
const parse = (more: string) => () => parseConfig(`${BASE}${more}`, 'slipway.yml');
const CHART = 'deploy: { helm: { chart: chart } }\n';

describe('the objects of a team in review environments', () => {
  it.each([
    `${CHART}review: { helm: { values: [a.yaml], set: { url: "{url}/x", a: { b: ["{namespace}"] }, c: "{{keep}}" } } }`,
    `${CHART}review: { leaveOut: [NetworkPolicy, Ingress/admin], allow: [RoleBinding, ServiceMonitor.monitoring.coreos.com] }`,
    'deploy: { manifests: k8s }\nreview: { crons: [nightly] }',
    'review: { kustomize: overlays/review }',
  ])('%s is accepted', (text) => {
    expect(parse(text)).not.toThrow();
  });

  it.each([
    ['review: { helm: { set: { a: b } } }', /slipway\.yml:3:\d+: review\.helm: there is no chart/],
    [`${CHART}review: { helm: { set: { a: ["{hosst}"] } } }`, /review\.helm\.set\.a: unknown placeholder \{hosst\}/],
    [`${CHART}review: { manifests: a, helm: {} }`, /only one of review\.manifests, kustomize and helm/],
    ['review: { variants: { blue: { helm: {} } } }', /review\.variants\.blue\.helm: there is no chart/],
    ['review: { leaveOut: [NetworkPolicy] }', /review\.leaveOut: Slipway writes the objects/],
    [`${CHART}review: { allow: [rolebindings] }`, /a kind such as RoleBinding/],
    [`${CHART}review: { leaveOut: [networkpolicies] }`, /a kind such as NetworkPolicy/],
  ])('%s is refused', (text, message) => {
    expect(parse(text)).toThrow(message);
  });
});
