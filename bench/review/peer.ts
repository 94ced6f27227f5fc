import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { platformEnv } from '../../local/platform.ts';
import { parseConfig } from '../../src/config/load.ts';
import { parseEvent } from '../../src/event/parse.ts';
import { databaseSecret, databaseService, databaseStatefulSet } from '../../src/plan/review/database/objects.ts';
import { ownAddress } from '../../src/plan/review/database/shared-server/server-objects.ts';
import { isolationObjects, namespaceObject } from '../../src/plan/review/environment/isolation.ts';
import { reviewAppObjects } from '../../src/plan/review/objects.ts';
import { planReviewUp, type ReviewUpPlan } from '../../src/plan/review-plan.ts';
import type { KubeObject } from '../../src/ports.ts';
import { scratchFolder } from '../../test/support/runner/scratch.ts';
import { yamlOf } from '../../test/support/yaml.ts';
import type { Command } from '../rollout/process.ts';
import type { Deploy } from './place.ts';
import { filesOf, type Mode } from './place.ts';

const script = fileURLToPath(new URL('peer.sh', import.meta.url));
const passwords = new Map<number, string>();

/** The script, and the manifests for it: the same objects that Slipway writes. */
export async function peerCommand(deploy: Deploy, mode: Mode, what: 'new' | 'update'): Promise<Command> {
  const { platform, github, event, image, number } = deploy;
  const files = await filesOf(platform, mode);
  const plan = planOf(deploy, files);
  const password = passwords.get(number) ?? randomBytes(24).toString('hex');
  passwords.set(number, password);
  const folder = scratchFolder();
  const manifests = manifestsOf(plan, image, password);
  for (const [name, objects] of Object.entries(manifests)) {
    await writeFile(join(folder, `${name}.yaml`), objects.map((object) => yamlOf(object)).join('---\n'));
  }
  await writeFile(join(folder, 'seed.sql'), files['db/seed.sql'] ?? '');
  const { server, user = '' } = plan.database ?? {};
  const env = {
    ...platformEnv(platform),
    PATH: process.env.PATH ?? '',
    HOME: folder,
    KUBECTL: join(platform.tools.dir, 'kubectl'),
    KUBECONFIG: platform.kubeconfig,
    FOLDER: folder,
    NAMESPACE: plan.namespace,
    APP: plan.owner.app,
    MIGRATION: manifests.migrate[0]?.metadata.name ?? '',
    URL: plan.url ?? '',
    WHAT: what,
    MODE: mode,
    SERVER: server?.namespace ?? '',
    ROLE: user,
    PASSWORD: password,
    TEMPLATE: server?.template.template ?? '',
    TEMPLATE_OWNER: server?.template.builder ?? '',
    API: github.apiUrl,
    REPOSITORY: github.repository,
    TOKEN: github.token,
    NUMBER: String(number),
    SHA: commitOf(event.payload),
  };
  return { file: 'bash', args: [script], cwd: folder, env: defined(env) };
}

/** What Slipway would do for the same event. */
export function planOf({ event, image, number }: Deploy, files: Record<string, string>): ReviewUpPlan {
  const env = { GITHUB_EVENT_NAME: event.name, GITHUB_SHA: event.sha, GITHUB_REF: event.ref };
  const cluster = { kubeconfig: undefined, context: undefined, cluster: undefined, namespace: undefined };
  const inputs = {
    operation: 'auto' as const,
    image,
    number: undefined,
    variant: undefined,
    ttlMs: undefined,
    approvedIn: undefined,
    cluster,
  };
  const seed = { path: 'db/seed.sql', content: Buffer.from(files['db/seed.sql'] ?? '') };
  const config = parseConfig(files['slipway.yml'] ?? '', 'slipway.yml');
  return planReviewUp(inputs, config, parseEvent(env, event.payload), number, seed);
}

function manifestsOf(plan: ReviewUpPlan, image: string, password: string) {
  const { database, owner, namespace, isolation } = plan;
  if (database === undefined) throw new Error('no database');
  const expiresAt = new Date(Date.now() + plan.ttlMs).toISOString();
  const images = { [owner.app]: image };
  const app = reviewAppObjects(plan, { images, nativeSleep: true, unseeded: false });
  const address = database.server && ownAddress(database.server);
  const own: KubeObject[] = [
    databaseService(database, owner, namespace),
    databaseStatefulSet(database, owner, namespace),
  ];
  return {
    namespace: [namespaceObject(isolation, { commit: '', images, run: '', expiresAt })],
    walls: isolationObjects(isolation),
    secret: [databaseSecret(database, owner, namespace, password, address)],
    database: own,
    migrate: app.jobs,
    app: app.objects,
  };
}

function commitOf(payload: Record<string, unknown>): string {
  return (payload.pull_request as { head: { sha: string } }).head.sha;
}

function defined(env: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
