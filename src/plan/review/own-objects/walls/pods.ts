import { type Fields, fields, list, textOf } from '../../../../objects/fields.ts';
import { type PodTemplate, podTemplateOf } from '../../../../objects/pod-template.ts';
import type { KubeObject } from '../../../../ports.ts';
import { claimProblems } from './claims.ts';

/**
 * Kinds of volumes that stay in the namespace. Others come from the node, come over the network of the node, which no NetworkPolicy
 * limits, or carry an identity of the pod.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
const VOLUMES = ['configMap', 'secret', 'emptyDir', 'projected', 'downwardAPI', 'persistentVolumeClaim', 'ephemeral'];
const HOST_FLAGS = ['hostNetwork', 'hostPID', 'hostIPC'];
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];

/** What the pods of an object ask for that would open the walls. @param tokens the default branch allows tokens */
export function podProblems(object: KubeObject, tokens: boolean): string[] {
  const template = podTemplateOf(object);
  return template === undefined ? [] : templateProblems(template, tokens);
}

function templateProblems({ spec }: PodTemplate, tokens: boolean): string[] {
  const containers = [...list(spec.containers), ...list(spec.initContainers), ...list(spec.ephemeralContainers)];
  return [
    ...HOST_FLAGS.filter((flag) => spec[flag] === true).map(
      (flag) => `${flag} is the network or the processes of the node`,
    ),
    ...['nodeName', 'priorityClassName', 'priority']
      .filter((field) => spec[field] !== undefined && spec[field] !== '' && spec[field] !== null)
      .map((field) => `${field} takes the place of pods of others`),
    ...(spec.automountServiceAccountToken === true && !tokens
      ? ['automountServiceAccountToken: true gives the pod a token for the API server']
      : []),
    ...list(spec.volumes).flatMap((volume) => volumeProblems(volume, tokens)),
    ...containers.flatMap(containerProblems),
  ];
}

function volumeProblems(volume: Fields, tokens: boolean): string[] {
  const name = `volume ${textOf(volume.name)}`;
  const foreign = Object.keys(volume).filter((key) => key !== 'name' && !VOLUMES.includes(key));
  const projected = list(fields(volume.projected).sources).filter((source) => source.serviceAccountToken !== undefined);
  const template = fields(fields(volume.ephemeral).volumeClaimTemplate);
  return [
    ...foreign.map((kind) => `${name} is a ${kind}; volumes are ${VOLUMES.join(', ')}`),
    ...(projected.length > 0 && !tokens ? [`${name} projects a token for the API server`] : []),
    ...claimProblems(fields(template.spec)).map((problem) => `${name}: ${problem}`),
  ];
}

function containerProblems(container: Fields): string[] {
  const name = `container ${textOf(container.name)}`;
  const security = fields(container.securityContext);
  const lifecycle = fields(container.lifecycle);
  const handlers = [...PROBES.map((probe) => container[probe]), lifecycle.postStart, lifecycle.preStop].map(fields);
  const hosts = handlers.flatMap((handler) => [fields(handler.httpGet).host, fields(handler.tcpSocket).host]);
  return [
    ...(security.privileged === true ? [`${name} is privileged`] : []),
    ...(list(container.ports).some(({ hostPort }) => hostPort !== undefined && hostPort !== 0)
      ? [`${name} has a hostPort, which is a port of the node`]
      : []),
    // The kubelet asks from the network of the node, which no NetworkPolicy limits.
    ...(hosts.some((host) => host !== undefined && host !== '')
      ? [`${name} has a probe or a hook with a host, which the node would ask`]
      : []),
  ];
}
