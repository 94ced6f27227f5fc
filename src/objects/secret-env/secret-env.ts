import { createHmac } from 'node:crypto';
import { UserError } from '../../errors.ts';
import type { KubeObject } from '../../ports.ts';
import { fitName, LABELS } from '../names.ts';
import { type Container, containersOf, podTemplateOf } from '../pod-template.ts';

/** Value of the label `app.kubernetes.io/component` of these Secrets. */
export const SECRET_ENV = 'secret-env';

/** A Secret that Slipway owns, whose keys are variables of the app. */
export interface SecretEnvObject extends KubeObject {
  data: Record<string, string>;
}

/**
 * The Secret of these values.
 * @param labels of its owner
 */
export function secretEnvObject(
  { name, namespace, labels }: { name: string; namespace: string; labels: Readonly<Record<string, string>> },
  values: Readonly<Record<string, string>>,
): SecretEnvObject {
  const sorted = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels: { [LABELS.managedBy]: 'slipway', ...labels, [LABELS.component]: SECRET_ENV } },
    type: 'Opaque',
    data: Object.fromEntries(sorted.map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
  };
}

/**
 * Name of the Secret of a release: app, environment and a hash of the values.
 * @param salt without it, a user who may read pods could find a short password by trying all values
 */
export function secretEnvName(
  app: string,
  environment: string,
  values: Readonly<Record<string, string>>,
  salt: string,
): string {
  const sorted = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHmac('sha256', salt).update(JSON.stringify(sorted)).digest('hex').slice(0, 12);
  return `${fitName(`${app}-${environment}-env`, 200)}-${hash}`;
}

/** What becomes of a variable that a container of the app sets itself, and that would hide that of the Secret. */
type OwnVariables = 'replace' | 'refuse';

/**
 * The same objects, with the variables of a Secret in the containers that run the app's image.
 * @param isOurs whether an image is one of the app
 * @param own `replace` for objects that Slipway writes from `deploy`, `refuse` for those of a team
 * @throws UserError where a container of the team sets one of these variables
 */
export function withSecretEnv(
  objects: readonly KubeObject[],
  { name, keys }: { name: string; keys: readonly string[] },
  isOurs: (image: string) => boolean,
  own: OwnVariables,
): KubeObject[] {
  return objects.map((object) => {
    const mine = (container: Container) => typeof container.image === 'string' && isOurs(container.image);
    const found = podTemplateOf(object);
    if (!found || !containersOf(found).some(mine)) return object;
    const copy = structuredClone(object);
    const template = podTemplateOf(copy);
    for (const container of template ? containersOf(template).filter(mine) : []) {
      const env = itemsOf(container.env);
      const both = env.filter((variable) => keys.includes(variable.name ?? ''));
      if (both.length > 0 && own === 'refuse') throw setTwice(object, container, both);
      if (both.length > 0) container.env = env.filter((variable) => !both.includes(variable));
      const others = itemsOf(container.envFrom).filter(({ secretRef }) => secretRef?.name !== name);
      container.envFrom = [...others, { secretRef: { name } }];
    }
    return copy;
  });
}

interface Item {
  name?: string;
  secretRef?: { name?: string };
}

function itemsOf(value: unknown): Item[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'object' && item !== null) : [];
}

function setTwice({ kind, metadata }: KubeObject, container: Container, both: readonly Item[]): UserError {
  const names = both.map(({ name }) => name).join(', ');
  return new UserError(
    `secretEnv sets ${names}, and container ${container.name} of ${kind} ${metadata.name} does as well`,
    {
      details: ['nothing was written'],
      remedy: 'Take the variable out of one of the two: the value of the container would count.',
    },
  );
}
