import { fields, list, textOf } from '../../objects/fields.ts';
import type { Container, PodSpec, PodTemplate } from '../../objects/pod-template.ts';
import type { ContainerRequest, Restrictions } from '../../ports.ts';
import { quantityOf } from '../../text/quantity.ts';

/** Values of the Secrets that preflight knows: those that it makes itself. */
export type KnownSecrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A container of a pod, for the engine of this machine. */
export interface ContainerPlan extends Pick<ContainerRequest, 'env' | 'command' | 'entrypoint' | 'workdir'> {
  restrictions: Restrictions;
  /** Secrets, ConfigMaps and claims of the pod that only the cluster has. */
  missing: string[];
}

/** The container as the kubelet starts it: its variables, command, user, capabilities, root file system and volumes. */
export function containerPlan({ spec }: PodTemplate, container: Container, known: KnownSecrets): ContainerPlan {
  const missing = new Set<string>();
  const env = variablesOf(container, known, missing);
  const command = texts(container.command).map((part) => expanded(part, env));
  const args = texts(container.args).map((part) => expanded(part, env));
  const [entrypoint, ...own] = command;
  const given = entrypoint === undefined ? args : [...own, ...args];
  return {
    env,
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(given.length === 0 ? {} : { command: given }),
    ...(textOf(container.workingDir) === '' ? {} : { workdir: textOf(container.workingDir) }),
    restrictions: restrictionsOf(spec, container, missing),
    missing: [...missing],
  };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** `envFrom` first: `env` replaces its variables. */
function variablesOf(container: Container, known: KnownSecrets, missing: Set<string>): Record<string, string> {
  const env: Record<string, string> = {};
  for (const source of list(container.envFrom)) {
    const secret = textOf(fields(source.secretRef).name);
    const values = Object.hasOwn(known, secret) ? known[secret] : undefined;
    if (values !== undefined) Object.assign(env, values);
    else missing.add(secret === '' ? `ConfigMap ${textOf(fields(source.configMapRef).name)}` : `Secret ${secret}`);
  }
  for (const entry of list(container.env)) {
    const name = textOf(entry.name);
    const value = entry.valueFrom === undefined ? expanded(textOf(entry.value), env) : fromOf(entry, known, missing);
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/** The value of `valueFrom`; undefined where only the cluster has it. */
function fromOf(entry: Record<string, unknown>, known: KnownSecrets, missing: Set<string>): string | undefined {
  const { secretKeyRef, configMapKeyRef, fieldRef } = fields(entry.valueFrom);
  if (fieldRef !== undefined) return DOWNWARD[textOf(fields(fieldRef).fieldPath)] ?? 'preflight';
  const { name, key } = fields(secretKeyRef ?? configMapKeyRef);
  const values = secretKeyRef === undefined ? undefined : known[textOf(name)];
  const value = values?.[textOf(key)];
  if (value === undefined) missing.add(`${secretKeyRef === undefined ? 'ConfigMap' : 'Secret'} ${textOf(name)}`);
  return value;
}

const DOWNWARD: Readonly<Record<string, string>> = { 'status.podIP': '127.0.0.1', 'status.hostIP': '127.0.0.1' };

/**
 * Replaces `$(NAME)` by a variable, and `$$` by one dollar sign; a reference to an unknown variable stays.
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function expanded(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$(\$|\(([^()$]*)\))/g, (whole, _inner: string, name: string | undefined) => {
    if (name === undefined) return '$';
    return Object.hasOwn(env, name) ? (env[name] ?? '') : whole;
  });
}

function restrictionsOf(spec: PodSpec, container: Container, missing: Set<string>): Restrictions {
  const own = { ...fields(spec.securityContext), ...fields(container.securityContext) };
  const { runAsUser, runAsGroup, readOnlyRootFilesystem, capabilities } = own;
  const limit = quantityOf(String(fields(fields(container.resources).limits).memory ?? ''));
  const user = runAsUser === undefined ? undefined : [runAsUser, runAsGroup].filter((id) => id !== undefined).join(':');
  return {
    user,
    readOnlyRoot: readOnlyRootFilesystem === true,
    dropCapabilities: texts(fields(capabilities).drop),
    memory: limit,
    emptyVolumes: emptyVolumes(spec, container, missing),
  };
}

/** Mounts of emptyDir. A claim is empty as well; a Secret or a ConfigMap is only in the cluster. */
function emptyVolumes(spec: PodSpec, container: Container, missing: Set<string>): string[] {
  return list(container.volumeMounts).flatMap(({ name, mountPath }) => {
    const volume = list(spec.volumes).find((one) => one.name === name) ?? {};
    if (volume.emptyDir !== undefined || volume.persistentVolumeClaim !== undefined) return [textOf(mountPath)];
    const { secret, configMap } = volume;
    if (secret !== undefined) missing.add(`Secret ${textOf(fields(secret).secretName)}`);
    else if (configMap !== undefined) missing.add(`ConfigMap ${textOf(fields(configMap).name)}`);
    return [];
  });
}
