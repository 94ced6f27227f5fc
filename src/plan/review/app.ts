import type { Config } from '../../config/schema.ts';
import { appSpecOf, type PlannedApp } from '../../objects/app/app-spec-of.ts';
import type { IngressSpec } from '../../objects/ingress/ingress-spec.ts';
import { clientEnvOf } from '../services/service.ts';
import { DATABASE, type PlannedDatabase } from './database/database.ts';
import { databaseVariables } from './database/objects.ts';
import { type Owner, ownerLabels } from './environment/owner.ts';
import type { PodSecurity } from './environment/security.ts';
import type { EnvironmentService } from './services.ts';

export interface ReviewAppParts {
  config: Config;
  owner: Owner;
  namespace: string;
  ingress: IngressSpec | undefined;
  services: readonly EnvironmentService[];
  podSecurity: PodSecurity;
  database: PlannedDatabase | undefined;
}

/**
 * The app of a review environment: like staging, with one pod, its own database and services, and without the Secrets
 * of staging and production, which code of an open pull request must not read.
 */
export function planReviewApp(parts: ReviewAppParts): { app: PlannedApp; notes: string[] } {
  const { config, owner, database } = parts;
  const { deploy } = config;
  const review = config.review ?? {};
  const app = appSpecOf(config, {
    namespace: parts.namespace,
    replicas: review.replicas ?? 1,
    env: { ...withoutTakenOver(deploy.env ?? {}, database), ...clientEnvOf(parts.services), ...review.env },
    secrets: database ? [DATABASE] : [],
    ingress: parts.ingress,
    labels: ownerLabels(owner),
    security: parts.podSecurity === 'restricted' ? 'restricted' : 'ordinary',
  });
  const left = deploy.secrets ?? [];
  const notes =
    left.length === 0
      ? []
      : [
          `deploy.secrets (${left.join(', ')}) are left out: a review environment gets its own database, and what else it needs from review.env`,
        ];
  return { app, notes };
}

/**
 * Removes variables that a database sets: a variable of the container overrides that of its Secret and would point to
 * another database.
 */
function withoutTakenOver(env: Record<string, string>, database: PlannedDatabase | undefined): Record<string, string> {
  if (database === undefined) return env;
  const own = new Set(Object.keys(databaseVariables(database, '')));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.has(name)));
}
