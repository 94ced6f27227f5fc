import { certificateIn } from '../../objects/certificate.ts';
import { fields, textOf } from '../../objects/fields.ts';
import type { IngressSpec } from '../../objects/ingress/ingress-spec.ts';
import { checkController, checkGateway, checkIngressClass } from '../../plan/doctor/cluster/ingress.ts';
import { checkIssuer, checkTlsSecret, type TlsSecret } from '../../plan/doctor/cluster/tls.ts';
import { type Fact, known } from '../../plan/doctor/fact.ts';
import type { KubeObject } from '../../ports.ts';
import type { Around, ClusterCheck } from './site.ts';

const INGRESS_CLASS = { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass' };
const GATEWAY = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway' };
const ISSUER = { apiVersion: 'cert-manager.io/v1', kind: 'ClusterIssuer' };

/** @param namespace of a persistent environment; undefined: review environments, each with its own */
export function ingressChecks(
  subject: string,
  ingress: IngressSpec | undefined,
  namespace: string | undefined,
  around: Around,
): ClusterCheck[] {
  if (ingress === undefined) return [];
  const { view, now } = around;
  const { kubectl } = around.site;
  const { tls, host, gateway } = ingress;
  return [
    {
      id: 'cluster.ingress-class',
      subject,
      check: async () => checkIngressClass(subject, ingress, await view.list(INGRESS_CLASS), kubectl),
    },
    {
      id: 'cluster.controller',
      subject,
      check: async () => checkController(subject, ingress, await view.list(INGRESS_CLASS)),
    },
    ...(gateway === undefined
      ? []
      : [{ id: 'cluster.gateway' as const, subject, check: () => gatewayOf(subject, ingress, namespace, around) }]),
    ...(tls.by === 'issuer'
      ? [
          {
            id: 'cluster.issuer' as const,
            subject,
            check: async () => {
              const served = await view.serves(ISSUER);
              const there = served.known && served.value;
              const issuer = there ? await view.get({ ...ISSUER, name: tls.name }) : known(undefined);
              const all = there ? await view.list(ISSUER) : known([]);
              const others = all.known ? all.value.map(({ metadata }) => metadata.name) : [];
              return checkIssuer(subject, tls.name, { served, issuer, others });
            },
          },
        ]
      : []),
    ...(tls.by === 'secret' && namespace !== undefined
      ? [
          {
            id: 'cluster.certificate' as const,
            subject,
            check: async () => {
              const secret = { name: tls.name, namespace };
              const looked = tlsSecretIn(await view.get({ apiVersion: 'v1', kind: 'Secret', ...secret }));
              return checkTlsSecret(subject, secret, host, looked, now, kubectl);
            },
          },
        ]
      : []),
  ];
}

async function gatewayOf(subject: string, ingress: IngressSpec, namespace: string | undefined, { view, site }: Around) {
  const { namespace: at = '', name = '' } = ingress.gateway ?? {};
  const served = await view.serves(GATEWAY);
  const there = served.known && served.value;
  const gateway = there ? await view.get({ ...GATEWAY, namespace: at, name }) : known(undefined);
  const own =
    namespace === undefined
      ? known(undefined)
      : await view.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
  const namespaceLabels = own.known ? own.value?.metadata.labels : undefined;
  return checkGateway(subject, ingress, namespace, { served, gateway, namespaceLabels }, site.kubectl);
}

function tlsSecretIn(looked: Fact<KubeObject | undefined>): Fact<TlsSecret> {
  if (!looked.known) return looked;
  const secret = looked.value;
  if (secret === undefined) return known({ exists: false, type: '', certificate: undefined });
  const pem = Buffer.from(textOf(fields(secret.data)['tls.crt']), 'base64').toString('utf8');
  return known({ exists: true, type: textOf(secret.type), certificate: certificateIn(pem) });
}
