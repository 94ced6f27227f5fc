import type { Ecosystem } from '../read/dependencies.ts';
import { at, search } from '../repository.ts';
import { dependency, type View } from './view.ts';

/** What a framework does without being told. */
export interface Framework {
  name: string;
  from: string;
  /** Port that it listens on by default. */
  port: number | undefined;
}

interface Rule {
  name: string;
  ecosystem: Ecosystem;
  /** Names of the dependency, in lower case. */
  dependencies: string[];
  port?: number;
}

/** In this order: what others build on comes later. */
const RULES: Rule[] = [
  { name: 'Django', ecosystem: 'python', dependencies: ['django'], port: 8000 },
  { name: 'Flask', ecosystem: 'python', dependencies: ['flask'], port: 5000 },
  { name: 'FastAPI', ecosystem: 'python', dependencies: ['fastapi'], port: 8000 },
  { name: 'Rails', ecosystem: 'ruby', dependencies: ['rails'], port: 3000 },
  { name: 'Sinatra', ecosystem: 'ruby', dependencies: ['sinatra'], port: 4567 },
  { name: 'Laravel', ecosystem: 'php', dependencies: ['laravel/framework'] },
  { name: 'Symfony', ecosystem: 'php', dependencies: ['symfony/framework-bundle'] },
  { name: 'Phoenix', ecosystem: 'elixir', dependencies: ['phoenix'], port: 4000 },
  {
    name: 'Micronaut',
    ecosystem: 'java',
    dependencies: ['micronaut-http-server-netty', 'io.micronaut.application'],
    port: 8080,
  },
  { name: 'Quarkus', ecosystem: 'java', dependencies: ['quarkus-rest', 'quarkus-resteasy'], port: 8080 },
  {
    name: 'Spring Boot',
    ecosystem: 'java',
    dependencies: [
      'spring-boot-starter-web',
      'spring-boot-starter-webmvc',
      'spring-boot-starter-webflux',
      'org.springframework.boot',
      'spring-boot-starter-parent',
    ],
    port: 8080,
  },
  { name: 'ASP.NET', ecosystem: 'dotnet', dependencies: ['microsoft.net.sdk.web'], port: 8080 },
  { name: 'Next.js', ecosystem: 'node', dependencies: ['next'], port: 3000 },
  { name: 'Nest', ecosystem: 'node', dependencies: ['@nestjs/core'], port: 3000 },
  { name: 'Express', ecosystem: 'node', dependencies: ['express'] },
  { name: 'Fastify', ecosystem: 'node', dependencies: ['fastify'], port: 3000 },
  { name: 'Gin', ecosystem: 'go', dependencies: ['github.com/gin-gonic/gin'], port: 8080 },
  { name: 'Echo', ecosystem: 'go', dependencies: ['github.com/labstack/echo/v4'] },
  { name: 'Actix', ecosystem: 'rust', dependencies: ['actix-web'], port: 8080 },
];

/** Images whose server listens on a port of its own. */
const BASES: [RegExp, string, number][] = [
  [/(^|\/)nginx-unprivileged\b/, 'nginx', 8080],
  [/(^|\/)(nginx|httpd|caddy)\b/, 'the web server', 80],
  [/(^|\/)php:[\w.-]*apache|frankenphp/, 'the web server', 80],
];

export function frameworkOf(view: View): Framework | undefined {
  const { facts } = view.part;
  const base = BASES.find(([pattern]) => pattern.test(facts.base));
  if (base !== undefined) return { name: base[1], from: `${facts.path} FROM ${facts.base}`, port: base[2] };
  for (const { name, ecosystem, dependencies, port } of RULES) {
    const found = dependency(view, ecosystem, ...dependencies);
    if (found === undefined) continue;
    return { name, from: found.from, port: name === 'ASP.NET' && isOldDotnet(facts.base) ? 80 : port };
  }
  const [go] = search(
    view.repository,
    view.sources.filter((path) => path.endsWith('.go')),
    /\bhttp\.(ListenAndServe|Server\{)/,
    1,
  );
  return go && { name: 'net/http', from: at(go.path, go.line, go.text), port: undefined };
}

/** .NET listens on 8080 since version 8. */
function isOldDotnet(base: string): boolean {
  const version = Number(/:(\d{1,2})\./.exec(base)?.[1]);
  return version > 0 && version < 8;
}
