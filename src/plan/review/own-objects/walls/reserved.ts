import type { KubeObject } from '../../../../ports.ts';
import { DATABASE } from '../../database/database.ts';
import { OBJECTS_NAME } from '../inventory.ts';

/** What Slipway itself has in the environment. */
export interface Parts {
  database: boolean;
  /** Names of the services. */
  services: readonly string[];
}

/** Whether an object has the name of one that Slipway writes. */
export function isReserved({ kind, metadata: { name } }: KubeObject, { database, services }: Parts): boolean {
  const ofDatabase = database && name === DATABASE;
  switch (kind) {
    case 'ServiceAccount':
      return name === 'default';
    case 'ResourceQuota':
    case 'LimitRange':
      return name === 'review';
    case 'NetworkPolicy':
      return /^(own-namespace|acme-solver|app(-.*)?)$/.test(name);
    case 'Secret':
      return ofDatabase || name === 'review-login' || name.startsWith('slipway-');
    case 'ConfigMap':
      return name === OBJECTS_NAME || name === 'kube-root-ca.crt' || /^(seed|slipway)-/.test(name);
    case 'Job':
      return /^seed-[0-9a-f]{12}$/.test(name);
    case 'StatefulSet':
    case 'Service':
    case 'Deployment':
    case 'PersistentVolumeClaim':
      return ofDatabase || services.includes(name);
    default:
      return false;
  }
}
