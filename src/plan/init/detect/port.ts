import type { ComposeService } from '../read/compose.ts';
import { isPort } from '../read/dockerfile.ts';
import { expand } from '../read/words.ts';
import { at, type Found, search } from '../repository.ts';
import { frameworkOf } from './frameworks.ts';
import type { View } from './view.ts';

/** `--port 8000`, `--bind=0.0.0.0:8000`, `-b :5000`, `-p 80`, `runserver 0.0.0.0:8000`, `-Dserver.port=8080`. */
const FLAG =
  /(?:^|\s)(?:--port[= ]|--bind[= ]|-b[= ]?|--listen[= ]|-p[= ]?|--(?:http-)?addr[= ]|--server\.port=|-Dserver\.port=|runserver\s)\s?["']?(?:[\w.*[\]]*:)?(\d{2,5})\b/;
const ADDRESS = /(?:0\.0\.0\.0|\[::\]|\s):(\d{2,5})\b/;

/** The port that the part answers requests on; undefined when nothing says so. */
export function detectPort(view: View): Found<number> | undefined {
  const { facts } = view.part;
  const exposed = facts.ports.filter(({ value }, _, all) => value !== 443 || all.length === 1);
  const said = fromCommand(view);
  if (said !== undefined && (exposed.length === 0 || exposed.some(({ value }) => value === said.value))) return said;
  // What the program is told wins over what the image declares.
  if (said !== undefined && !said.guess) return said;
  const published = publishedBy(view.part.services.filter((service) => !isOtherStage(view, service)));
  const [first] = published;
  const declared = fromVariables(view);
  // What a compose file publishes answers there, whatever the image declares.
  if (declared !== undefined && (first === undefined || first.value === declared.value)) return declared;
  if (first !== undefined && !exposed.some(({ value }) => value === first.value)) return first;
  const [only, ...others] = exposed;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined) return chosen(view, exposed, first?.value);
  return ofServer(view) ?? fromSettings(view) ?? fromCode(view) ?? byFramework(view) ?? elsewhere(view);
}

const publishedBy = (services: readonly ComposeService[]) =>
  services.flatMap(({ ports }) => ports).filter(({ value }) => value !== 443);

/** A compose file that builds another stage, such as one with a development server, says nothing about the deployed one. */
function isOtherStage({ part: { facts, target } }: View, { build }: ComposeService): boolean {
  const deployed = target?.value ?? facts.stages.at(-1)?.name;
  return build?.target !== undefined && build.target !== deployed;
}

/** The port of a web server whose image is the base. */
function ofServer({ part: { facts } }: View): Found<number> | undefined {
  const isServer = /(^|\/)(nginx|httpd|caddy)(:|@|$)/.test(facts.base);
  return isServer ? { value: 80, from: `${facts.path} FROM ${facts.base}`, guess: true } : undefined;
}

function elsewhere({ part: { services } }: View): Found<number> | undefined {
  const [first] = publishedBy(services);
  return first && { ...first, guess: true };
}

/** Variables by which servers are told their port, in the Dockerfile and in compose files. */
function fromVariables({ part }: View): Found<number> | undefined {
  const all = [
    ...[...part.facts.env].map(([name, value]) => ({ name, value, from: `${part.facts.path} ENV ${name}=${value}` })),
    ...part.services.flatMap(({ env }) => [...env].map(([name, found]) => ({ name, ...found }))),
  ];
  for (const { name, value, from } of all) {
    if (!/^(PORT|SERVER_PORT|ASPNETCORE_(URLS|HTTP_PORTS))$/.test(name)) continue;
    const port = Number(/^(?:https?:\/\/[^:/]{1,60}:)?(\d{2,5})\b/.exec(value.split(';').at(-1) ?? '')?.[1]);
    if (isPort(port) && port !== 443) return { value: port, from };
  }
  return undefined;
}

/** Of several exposed ports, the one that a compose file publishes, or the framework's; else the first. */
function chosen(view: View, exposed: readonly Found<number>[], published: number | undefined): Found<number> {
  const wanted = [published, fromCode(view)?.value, frameworkOf(view)?.port, 80, 8080, 8000, 3000];
  const port = wanted.find((one) => exposed.some(({ value }) => value === one)) ?? exposed[0]?.value ?? 0;
  const from = exposed.find(({ value }) => value === port)?.from ?? '';
  return { value: port, from, ...(port === published ? {} : { guess: true }) };
}

function fromCommand(view: View): Found<number> | undefined {
  for (const { value, from } of view.starts) {
    const text = expand(value, view.part.facts.env);
    const port = Number(FLAG.exec(text)?.[1] ?? ADDRESS.exec(text)?.[1]);
    if (isPort(port) && !/\b(nc|wait-for|psql|pg_isready|redis-cli|mysql|docker|mkdir)\b/.test(text))
      return { value: port, from };
  }
  return undefined;
}

const SETTINGS: [RegExp, RegExp][] = [
  [/(^|\/)application[\w-]*\.properties$/, /^server\.port\s*[=:]\s*(?:\$\{\w+:)?(\d{2,5})/],
  [/(^|\/)application\.ya?ml$/, /^ {2}port:\s*(?:\$\{\w+:)?(\d{2,5})/],
  [/(^|\/)gunicorn[\w.-]*\.py$/, /^bind\s*=\s*["'][^"':]*:(\d{2,5})/],
  [/(^|\/)fly\.toml$/, /^\s*internal_port\s*=\s*(\d{2,5})/],
  [/(^|\/)(config|configuration|settings)\/(base|default)\.ya?ml$/, /^\s*port:\s*["']?(\d{2,5})/],
];

function fromSettings({ repository, paths }: View): Found<number> | undefined {
  for (const [name, pattern] of SETTINGS) {
    const [hit] = search(
      repository,
      paths.filter((path) => name.test(path) && !/test/i.test(path)),
      pattern,
      1,
    );
    if (hit !== undefined) return { value: Number(hit.groups[0]), from: at(hit.path, hit.line, hit.text) };
  }
  return undefined;
}

const LISTENS = [
  /\.listen\(\s*(?:process\.env\.\w+\s*(?:\|\||\?\?)\s*)?["']?(\d{2,5})/,
  /\bPORT["'\])]*\s*(?:\|\||\?\?|,|\?:)\s*["']?(\d{4,5})\b/,
  /\bPORT:.*\.default\((\d{4,5})\)/,
  /ListenAndServe(?:TLS)?\(\s*"[^":]*:(\d{2,5})"/,
  /\.(?:Run|Listen|Start)\(\s*"[^":]*:(\d{2,5})"/,
  /\.run\([^)]*\bport\s*=\s*(\d{2,5})/,
];

function fromCode({ repository, sources }: View): Found<number> | undefined {
  for (const pattern of LISTENS) {
    const [hit] = search(repository, sources, pattern, 1);
    if (hit !== undefined && isPort(Number(hit.groups[0]))) {
      return { value: Number(hit.groups[0]), from: at(hit.path, hit.line, hit.text), guess: true };
    }
  }
  return undefined;
}

function byFramework(view: View): Found<number> | undefined {
  const framework = frameworkOf(view);
  if (framework?.port === undefined) return undefined;
  return { value: framework.port, from: `${framework.from}: the port of ${framework.name}`, guess: true };
}
