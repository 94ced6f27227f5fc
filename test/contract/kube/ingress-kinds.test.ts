import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureGatewayKinds } from '../../../local/gateway.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { Inputs } from '../../../src/inputs/read.ts';
import { rollingUpdateInputs } from '../../../src/inputs/rolling-update.ts';
import { planRollout } from '../../../src/plan/rollout-plan.ts';
import type { Kind, KubeObject } from '../../../src/ports.ts';
import { lookAtEnvironment } from '../../../src/stages/drift/environment.ts';
import type { RollingUpdatePorts } from '../../../src/stages/rollout/ports.ts';
import { runRollingUpdate } from '../../../src/stages/rollout/run.ts';
import { adminCluster, ownNamespace } from '../../support/kube/cluster.ts';
import { define } from '../../support/kube/define.ts';
import { WAYS_DEFINITIONS } from '../../support/kube/ingress-definitions.ts';
import { PlayedController } from '../../support/kube/played-controller.ts';
import { realPorts, serve } from '../../support/kube/real.ts';
import { restrictedCluster } from '../../support/kube/restricted.ts';
import { requireBuiltPlatform } from '../../support/platform.ts';
import { push } from '../../support/unit/events.ts';

const test = await requireBuiltPlatform('the ways in, on the real cluster', 'the controllers of clouds are played');
const GATEWAY = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway' };
const ROUTE = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' };
const BACKEND_CONFIG = { apiVersion: 'cloud.google.com/v1', kind: 'BackendConfig' };
const google = (kind: string): Kind => ({ apiVersion: 'networking.gke.io/v1', kind });

describe.skipIf(!test).concurrent('the ways in, on the real cluster', () => {
  const remove: (() => Promise<void>)[] = [];
  const cluster = test ? adminCluster(test.platform) : undefined;
  const played = test && cluster ? new PlayedController(test.platform, cluster) : undefined;

  beforeAll(async () => {
    if (!test || !cluster) throw new Error('no platform');
    await ensureGatewayKinds(test.platform);
    remove.push(await define(cluster, WAYS_DEFINITIONS));
  });
  afterAll(async () => {
    played?.close();
    await Promise.all(remove.map((one) => one()));
    cluster?.close();
  });

  function real() {
    if (!test || !cluster || !played) throw new Error('no platform');
    return { test, cluster, played, ports: realPorts(test, cluster) };
  }

  /** Staging in a namespace of its own; `way` is the rest of slipway.yml. */
  async function staging() {
    const { test, cluster, played, ports } = real();
    const { name: namespace, remove: gone } = await ownNamespace(cluster, 'ways');
    remove.push(gone);
    const [repository = '', digest = ''] = test.platform.baseImages.python.split('@');
    const update = (ingress: string, environment = '', own: RollingUpdatePorts = ports) => {
      const command = JSON.stringify(serve());
      const text = `
app: parking
image: { repository: "${repository}" }
deploy: { command: ${command}, health: /, replicas: 1, drain: 1s }
${ingress}
environments: { staging: { namespace: ${namespace}${environment} } }`;
      const config = parseConfig(text, 'slipway.yml');
      const inputs = rollingUpdateInputs(new Inputs({ INPUT_IMAGE: digest, INPUT_TIMEOUT: '120s' }));
      return runRollingUpdate(planRollout(inputs, { config, event: push(), workingDirectory: '/' }), own);
    };
    const get = (kind: Kind, name = 'parking') => cluster.get({ ...kind, name, namespace });
    return { cluster, played, ports, namespace, update, get };
  }

  it('gke: the load balancer is told the health path, waited for, compared by drift, and taken away again', async () => {
    const { cluster, played, ports, namespace, update, get } = await staging();
    const ref = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'parking', namespace };
    const address = { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } };
    const [result] = await Promise.all([
      update('ingress: { kind: gke }', ', host: staging.parking.localhost, tls: { managed: true }'),
      played.answer(ref, () => address),
    ]);
    expect(result).toMatchObject({ outcome: 'succeeded', outputs: { url: 'https://staging.parking.localhost' } });
    expect(ports.log.lines).toContainEqual(expect.stringContaining('its address is 203.0.113.7'));
    expect((await get(BACKEND_CONFIG))?.spec).toMatchObject({ healthCheck: { requestPath: '/', port: 8080 } });
    expect((await get(google('ManagedCertificate')))?.spec).toEqual({ domains: ['staging.parking.localhost'] });
    const target = { app: 'parking', environment: 'staging', namespace, ignore: [] };
    const drift = await lookAtEnvironment(target, cluster, { log: ports.log, now: Date.now() });
    expect(drift).toMatchObject({ state: 'as-recorded', objects: [] });
    const plain = await update('', ', host: staging.parking.localhost');
    expect(plain.outcome).toBe('succeeded');
    expect(await get(BACKEND_CONFIG)).toBeUndefined();
    expect(await get(google('ManagedCertificate'))).toBeUndefined();
    expect((await get({ apiVersion: 'v1', kind: 'Service' }))?.metadata.annotations ?? {}).toEqual({});
  });

  it('gateway: the class says that it is GKE’s, its address makes the host, and its word is waited for', async () => {
    const { cluster, played, namespace, update, get } = await staging();
    const shared: KubeObject = {
      ...GATEWAY,
      metadata: { name: 'shared', namespace },
      spec: {
        gatewayClassName: 'gke-l7-global-external-managed',
        listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
      },
    };
    await cluster.apply(shared, { fieldManager: 'operator' });
    const accepted = ({ metadata, spec }: KubeObject) => ({
      parents: (spec as { parentRefs: object[] }).parentRefs.map((parentRef) => ({
        parentRef,
        controllerName: 'networking.gke.io/gateway',
        conditions: ['Accepted', 'ResolvedRefs'].map((type) => ({
          type,
          status: 'True',
          reason: type,
          message: '',
          lastTransitionTime: new Date().toISOString(),
          observedGeneration: metadata.generation,
        })),
      })),
    });
    const [result] = await Promise.all([
      update(`ingress: { kind: gateway, gateway: ${namespace}/shared }`, ', host: "parking.{address}.localhost"'),
      // The address comes while it is waited for.
      played.answer({ ...GATEWAY, name: 'shared', namespace }, () => ({
        addresses: [{ type: 'IPAddress', value: '203.0.113.8' }],
      })),
      played.answer({ ...ROUTE, name: 'parking', namespace }, accepted),
    ]);
    expect(result).toMatchObject({
      outcome: 'succeeded',
      outputs: { url: 'http://parking.203-0-113-8.localhost' },
    });
    expect((await get(ROUTE))?.spec).toMatchObject({ hostnames: ['parking.203-0-113-8.localhost'] });
    expect((await get(google('HealthCheckPolicy')))?.spec).toMatchObject({
      default: { config: { httpHealthCheck: { requestPath: '/' } } },
    });
    expect(await get(google('GCPBackendPolicy'))).toBeDefined();
  });

  it('load-balancer: it is ready once it has an address, which is the URL', async () => {
    const { played, namespace, update } = await staging();
    const [result] = await Promise.all([
      update('ingress: { kind: load-balancer, internal: gke }'),
      played.answer({ apiVersion: 'v1', kind: 'Service', name: 'parking', namespace }, () => ({
        loadBalancer: { ingress: [{ ip: '2001:db8::7' }] },
      })),
    ]);
    expect(result).toMatchObject({ outcome: 'succeeded', outputs: { url: 'tcp://[2001:db8::7]:8080' } });
  });

  it('K18: permissions for these kinds are asked for before anything is written', async ({ onTestFinished }) => {
    const { test, cluster } = real();
    const { namespace, ports, update, get } = await staging();
    const limited = await restrictedCluster(cluster, test.platform, namespace, []);
    onTestFinished(() => limited.close());
    const ingress = `ingress: { kind: gateway, gateway: ${namespace}/shared, policies: true }`;
    const refused = update(ingress, ', host: parking.localhost', { ...ports, cluster: limited });
    await expect(refused).rejects.toMatchObject({
      message: expect.stringMatching(/create httproutes.*patch healthcheckpolicies/),
      details: ['nothing was written'],
    });
    expect(await get({ apiVersion: 'apps/v1', kind: 'Deployment' })).toBeUndefined();
  });
});
