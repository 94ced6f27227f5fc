import { parseConfig } from '../../../src/config/load.ts';
import { Inputs } from '../../../src/inputs/read.ts';
import { rollingUpdateInputs } from '../../../src/inputs/rolling-update.ts';
import { appObjects, migrationJob } from '../../../src/objects/app/app.ts';
import { isolationObjects } from '../../../src/plan/review/environment/isolation.ts';
import { reviewAppObjects } from '../../../src/plan/review/objects.ts';
import { planReviewUp } from '../../../src/plan/review-plan.ts';
import { planRollout } from '../../../src/plan/rollout-plan.ts';
import { stringifyJson } from '../../../src/text/json.ts';
import { push } from './events.ts';
import { pullRequest, reviewInputsOf } from './review.ts';

const IMAGE = `registry.example/apps/parking@sha256:${'1'.repeat(64)}`;
const HEAD = 'app: parking\nimage: { repository: registry.example/apps/parking }\n';
const STAGING = 'environments: { staging: { namespace: parking-staging, host: staging.acme.dev } }\n';

/** Files of slipway.yml in the short form, by what they are about. */
const FILES: Record<string, string> = {
  least: `${HEAD}environments: { staging: { namespace: parking-staging } }\n`,
  host: `${HEAD}${STAGING}`,
  full: `${HEAD}deploy:
  port: 3000
  health: /healthz
  replicas: 3
  command: exec serve $PORT
  migrate: flask db upgrade
  env: { A: "1", B: "$(A)" }
  secrets: [parking-database]
  resources: { cpu: 250m, memory: 256Mi }
  startup: 3m
  drain: 10s
environments:
  staging: { namespace: s, host: staging.acme.dev, replicas: 1, env: { A: "2", C: "3" }, secrets: [more, parking-database] }
review:
  database: { seed: { command: seed --all } }
  services: { cache: memcached }
  env: { URL: "{url}", NUMBER: "{number}" }
  podSecurity: restricted
`,
  list: `${HEAD}deploy: { command: [serve, --fast], migrate: [migrate, $A], replicas: 0 }\n${STAGING}`,
  nginx: `${HEAD}ingress: { kind: nginx, class: nginx }\ndeploy: { health: /h }\n${STAGING}`,
  gke: `${HEAD}ingress: { kind: gke }\ndeploy: { health: /h, port: 9000 }\nenvironments: { staging: { namespace: s, host: a.dev, tls: { managed: true } } }\nreview: { ingress: { kind: ingress } }\n`,
  gateway: `${HEAD}ingress: { kind: gateway, gateway: infra/shared/https, policies: true }\n${STAGING}`,
  skipper: `${HEAD}ingress: { kind: skipper }\nreview: { access: { allow: [203.0.113.0/24] } }\n${STAGING}`,
  balanced: `${HEAD}ingress: { kind: load-balancer, internal: aws }\nenvironments: { staging: { namespace: s } }\n`,
};

/** The objects that each file makes in staging and in a review environment, as JSON in one line each. */
export function shortFormObjects(): string {
  return Object.entries(FILES)
    .flatMap(([name, text]) => [`# ${name}: staging`, ...staging(text), `# ${name}: review`, ...review(text)])
    .map((one) => (typeof one === 'string' ? one : stringifyJson(one)))
    .join('\n');
}

function staging(text: string): unknown[] {
  const config = parseConfig(text, 'slipway.yml');
  const plan = planRollout(rollingUpdateInputs(new Inputs({})), { config, event: push(), workingDirectory: '/app' });
  const spec = { ...plan.spec, images: { [config.app]: IMAGE }, nativeSleep: true };
  return [...appObjects(spec), ...(plan.migrate === undefined ? [] : [migrationJob(spec, plan.migrate)])];
}

function review(text: string): unknown[] {
  const config = parseConfig(text, 'slipway.yml');
  const plan = planReviewUp(reviewInputsOf({}), config, pullRequest(), 7, undefined);
  const known = {
    images: { [config.app]: IMAGE },
    nativeSleep: false,
    login: undefined,
    unseeded: true,
    commit: 'c0ffee',
  };
  const { objects, jobs } = reviewAppObjects(plan, known);
  return [...isolationObjects(plan.isolation), ...objects, ...jobs];
}
