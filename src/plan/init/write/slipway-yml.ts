import { commentedYaml, commentLine, type Entry, type Plain } from '../../../text/yaml/commented.ts';
import { namesHost } from '../detect/connection.ts';
import type { Part } from '../detect/parts.ts';
import type { FoundDatabase, FoundService } from '../detect/services.ts';
import type { FoundTest } from '../detect/tests.ts';
import type { Findings, InitAnswers } from '../findings.ts';
import { deployEntries } from './deploy.ts';
import { ask, noteOf } from './notes.ts';
import { repositoryOf, UNKNOWN } from './unknown.ts';

const HEAD = `# yaml-language-server: $schema=https://raw.githubusercontent.com/slipway-deploy/slipway/v1/schema/slipway.schema.json
# Written by \`slipway init\`. "from": where a value was found; "guess": may be wrong; "ask": only you know it.
`;

/** slipway.yml of what was found. */
export function slipwayYml(findings: Findings, answers: InitAnswers): string {
  const { app } = findings;
  return [
    HEAD,
    commentedYaml([{ key: 'app', value: app.value, note: noteOf(app) }]),
    images(findings),
    tests(findings),
    commentedYaml([{ key: 'deploy', value: { entries: deployEntries(findings) } }]),
    secrets(findings),
    commentedYaml(review(findings, answers)),
    ingress(answers),
    commentedYaml([{ key: 'environments', value: { entries: environments(findings, answers) } }]),
  ].join('');
}

function images(findings: Findings): string {
  const { parts, hasDockerfile } = findings;
  const entriesOf = (part: Part) => ({ entries: imageEntries(findings, part) });
  const missing = hasDockerfile
    ? ''
    : commentLine(ask('there is no Dockerfile; write one before the first build (docs/init.md)'));
  const [only, ...others] = parts;
  if (only !== undefined && others.length === 0)
    return `${missing}${commentedYaml([{ key: 'image', value: entriesOf(only) }])}`;
  const named = parts.map((part) => ({
    key: part.name,
    value: entriesOf(part),
    note: noteOf({ from: part.dockerfile }),
  }));
  return `${missing}${commentedYaml([{ key: 'images', value: { entries: named } }])}`;
}

function imageEntries(findings: Findings, part: Part): Entry[] {
  const { dockerfile, context, target } = part;
  const repository = repositoryOf(findings, part.name);
  // The context is the root, which is not written.
  const fromRoot = context.value === '' && context.from.includes(' ');
  const relative = context.value === '' ? dockerfile : dockerfile.slice(context.value.length + 1);
  return [
    { key: 'repository', value: repository.value, note: repository.note },
    ...(context.value === ''
      ? []
      : [{ key: 'context', value: context.value, note: context.from === dockerfile ? undefined : noteOf(context) }]),
    ...(relative === 'Dockerfile'
      ? []
      : [{ key: 'dockerfile', value: relative, note: fromRoot ? noteOf(context) : undefined }]),
    ...contextEntries(part),
    ...(target === undefined ? [] : [{ key: 'target', value: target.value, note: noteOf(target) }]),
  ];
}

function contextEntries({ contexts: found }: Part): Entry[] {
  const { contexts = {}, otherContexts = [] } = found?.value ?? {};
  if (found === undefined || Object.keys(contexts).length + otherContexts.length === 0) return [];
  const entries = Object.entries(contexts).map(([key, value]) => ({ key, value }));
  const missing = `where do ${otherContexts.join(', ')} come from? contexts are folders of the repository or images`;
  const note = otherContexts.length > 0 ? ask(missing) : noteOf(found);
  return [{ key: 'contexts', value: { entries }, note }];
}

function tests(findings: Findings): string {
  const able = findings.tests.filter(({ test }) => test.obstacle === undefined);
  const unable = findings.tests.filter(({ test }) => test.obstacle !== undefined);
  const entries = able.map(
    ({ name, image, test }): Entry => ({
      key: name,
      value: { entries: testEntries(findings, image, test) },
      note: noteOf({ from: test.from, guess: test.guess }),
    }),
  );
  const missing = unable.map(({ name, image, test }) => {
    const entry: Entry = {
      key: name,
      value: { entries: testEntries(findings, image, { ...test, target: { value: 'test', from: '' } }) },
    };
    const proposal = commentedYaml([{ key: 'tests', value: { entries: [entry] } }]);
    return `${commentLine(ask(`${test.obstacle}. With a stage for tests (docs/tests.md) it is:`))}${asComment(proposal)}`;
  });
  return `${missing.join('')}${entries.length === 0 ? '' : commentedYaml([{ key: 'tests', value: { entries } }])}`;
}

function asComment(yaml: string): string {
  return yaml.replace(/^/gm, '# ').replace(/# $/, '');
}

function testEntries({ parts, services }: Findings, image: string, test: FoundTest): Entry[] {
  const uses = (name: string) => parts.length === 1 || (services.users.get(name) ?? []).includes(image);
  const database = uses('database') ? services.database : undefined;
  const others = services.services.filter(({ name }) => uses(name));
  const needed: Plain[] = [
    ...(database === undefined ? [] : [databaseService(database)]),
    ...others.map(({ name, engine, image: own, port }): Plain => {
      if (engine === name) return name;
      return engine === undefined
        ? { name, image: own ?? '', ...(port === undefined ? {} : { port }) }
        : { engine, name };
    }),
  ];
  const known = ['database', ...others.map(({ name }) => name)];
  const env = Object.fromEntries(
    [...services.env].filter(() => known.length > 0 && needed.length > 0).map(([name, { value }]) => [name, value]),
  );
  return [
    ...(parts.length > 1 ? [{ key: 'image', value: image }] : []),
    ...(test.target === undefined
      ? []
      : [{ key: 'target', value: test.target.value, note: test.target.from === '' ? undefined : noteOf(test.target) }]),
    { key: 'run', value: test.run },
    ...(test.report === undefined ? [] : [{ key: 'report', value: test.report }]),
    ...(needed.length === 0
      ? []
      : [{ key: 'services', value: needed, note: noteOf(database ?? others[0] ?? { from: '' }) }]),
    ...(Object.keys(env).length === 0 ? [] : [{ key: 'env', value: env }]),
  ];
}

function databaseService({ engine, image, version }: FoundDatabase): Plain {
  if (image !== undefined) return { engine, image };
  return version === undefined ? engine : { engine, image: `${engine}:${version}` };
}

function secrets({ secrets: names }: Findings): string {
  if (names.length === 0) return '';
  const list = names.map(({ value }) => value).join(', ');
  const [first] = names;
  return commentLine(ask(`values of ${list} (${first?.from}), by deploy.env or as secrets (docs/secrets.md)`));
}

function review({ app, services, objects, parts }: Findings, { domain }: InitAnswers): Entry[] {
  const { database } = services;
  const host = `pr-{number}.${app.value}.${domain ?? '{address}.sslip.io'}`;
  const entries: Entry[] = [
    {
      key: 'host',
      value: host,
      note: domain === undefined ? ask('your domain; {address}.sslip.io needs none') : undefined,
    },
  ];
  if (database !== undefined) {
    const { engine, version, image } = database;
    const value = { engine, ...(version === undefined ? {} : { version }), ...(image === undefined ? {} : { image }) };
    entries.push({ key: 'database', value, note: noteOf(database) });
  } else if (services.sqlite !== undefined) {
    entries.push({
      comment: ask(`${services.sqlite}: SQLite in a container loses its data; a volume (docs/pods.md), or a database`),
    });
  }
  if (
    database === undefined &&
    services.sqlite === undefined &&
    services.choice === undefined &&
    objects === undefined
  ) {
    entries.push({ comment: ask('database, if the app has one (docs/review-databases.md)') });
  }
  if (services.choice !== undefined) {
    entries.push({ comment: ask(`database: ${services.choice}, if the app needs one`) });
  }
  if (services.services.length > 0) entries.push(servicesEntry(services.services));
  if (services.env.size > 0) {
    const env = [...services.env].map(([key, found]): Entry => ({ key, value: found.value, note: noteOf(found) }));
    entries.push({ key: 'env', value: { entries: env } });
  }
  for (const { value, from } of services.files)
    entries.push({ comment: ask(`${value} is the path of a file (${from}); Slipway sets values (docs/secrets.md)`) });
  if (objects?.review !== undefined)
    entries.push({ key: objects.kind, value: objects.review, note: noteOf({ from: objects.from, guess: true }) });
  if (objects !== undefined && objects.openTypes.size > 0) entries.push(closedServices(objects.openTypes));
  return parts.length === 0 ? [] : [{ key: 'review', value: { entries } }];
}

function servicesEntry(services: readonly FoundService[]): Entry {
  const named = services.map(
    ({ name, engine, image, port, from, guess }): Entry => ({
      key: name,
      value: engine ?? { image: image ?? '', ...(port === undefined ? {} : { port }) },
      note: noteOf({ from, guess }),
    }),
  );
  return { key: 'services', value: { entries: named } };
}

/** A review environment takes Services of type ClusterIP only. */
function closedServices(types: ReadonlyMap<string, string>): Entry {
  const set = Object.fromEntries([...types.keys()].map((path) => [path, 'ClusterIP']));
  return { key: 'helm', value: { set }, note: noteOf({ from: [...types.values()].join(', ') }) };
}

/** Slipway writes an Ingress for its own objects only, and for those of a review environment. */
function hostNote({ objects }: Findings, { domain }: InitAnswers): string | undefined {
  const own = domain === undefined ? 'its domain' : undefined;
  if (objects === undefined || objects.hasRoute) return own && ask(own);
  const route = `no Ingress is in ${objects.path}: one of your own leads to it (docs/own-chart.md)`;
  return ask(own === undefined ? route : `${own}; ${route}`);
}

/** `{address}` in a host is the address of the controller, which Slipway finds by its class. */
function ingress({ domain }: InitAnswers): string {
  if (domain !== undefined) return '';
  const note = ask(
    'its class, from `kubectl get ingressclass` (docs/ingress.md); {address} is read from the controller',
  );
  return commentedYaml([{ key: 'ingress', value: { class: 'nginx' }, note }]);
}

function environments(findings: Findings, answers: InitAnswers): Entry[] {
  const { app, objects, services } = findings;
  const [staging = 'staging', production = 'production'] = objects?.environments ?? [];
  const secret = services.database === undefined && services.env.size === 0 ? undefined : `${app.value}-database`;
  return [staging, production].map((name) => {
    const isLast = name === production;
    const entries: Entry[] = [];
    const cluster = answers.cluster;
    if (findings.variant.value === 'google-cloud') {
      const gke = cluster ?? UNKNOWN.gke;
      entries.push({
        key: 'cluster',
        value: { gke },
        note: cluster === undefined ? ask('the cluster, from `gcloud container clusters list --uri`') : undefined,
      });
    }
    entries.push({ key: 'namespace', value: isLast ? app.value : `${app.value}-${name}` });
    const label = isLast ? app.value : `${name}.${app.value}`;
    entries.push({
      key: 'host',
      value: `${label}.${answers.domain ?? '{address}.sslip.io'}`,
      note: hostNote(findings, answers),
    });
    if (secret !== undefined && services.database !== undefined) {
      entries.push({
        key: 'secrets',
        value: [secret],
        note: ask('create it in the namespace, with DATABASE_URL and the like (docs/secrets.md)'),
      });
    }
    entries.push(...backing(findings, isLast));
    if (isLast) entries.push({ key: 'promoteFrom', value: staging });
    return { key: name, value: { entries } };
  });
}

/** Caches and queues of an environment: of staging as in reviews; those of production are for a person to choose. */
function backing({ services: { services, env }, objects }: Findings, isLast: boolean): Entry[] {
  const caches = services.filter(({ engine }) => engine !== undefined);
  if (caches.length === 0 || objects !== undefined) return [];
  const names = caches.map(({ name }) => name).join(', ');
  if (isLast) return [{ comment: ask(`services: ${names} as in staging, or servers of your own (docs/rollouts.md)`) }];
  // Placeholders of the database are those of reviews.
  const plain = [...env].filter(
    ([, { value }]) => !value.includes('{') && caches.some(({ name }) => namesHost(value, name)),
  );
  const variables = plain.map(([key, found]): Entry => ({ key, value: found.value, note: noteOf(found) }));
  return [servicesEntry(caches), ...(variables.length === 0 ? [] : [{ key: 'env', value: { entries: variables } }])];
}
