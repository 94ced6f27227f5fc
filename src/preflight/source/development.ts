/** A server that its makers do not want in production. */
export interface DevelopmentServer {
  name: string;
  /** What to start in its place. */
  instead: string;
}

interface Form extends DevelopmentServer {
  /** A command that has all of them. */
  words: readonly RegExp[];
}

const FORMS: readonly Form[] = [
  { words: [/\bflask\b/, / run\b/], name: 'the development server of Flask', instead: 'gunicorn' },
  { words: [/\bquart\b/, / run\b/], name: 'the development server of Quart', instead: 'hypercorn' },
  { words: [/manage\.py/, /\brunserver\b/], name: 'the development server of Django', instead: 'gunicorn or uvicorn' },
  { words: [/\bfastapi dev\b/], name: 'the development server of FastAPI', instead: 'fastapi run' },
  { words: [/\bpython[\d.]{0,5} -m http\.server\b/], name: 'a file server of Python', instead: 'nginx or Caddy' },
  {
    words: [/\b(?:uvicorn|gunicorn|hypercorn|granian)\b/, / --reload\b/],
    name: 'a server with --reload',
    instead: 'the same without --reload',
  },
  {
    words: [/\b(?:node|bun|deno|tsx|dotnet|cargo)\b/, / (?:--watch|--hot|watch)\b/],
    name: 'a watcher',
    instead: 'the built app',
  },
  { words: [/\b(?:nodemon|ts-node-dev|watchmedo)\b/], name: 'a watcher', instead: 'the process itself' },
  {
    words: [
      /\b(?:npm|yarn|pnpm|bun)(?: run)? (?:dev|start:dev|develop)\b|\b(?:next|vite|nuxt|nuxi|astro|remix) dev\b|\breact-scripts start\b|\bng serve\b|\bvue-cli-service serve\b|\bwebpack(?: serve|-dev-server)\b/,
    ],
    name: 'a development server',
    instead: 'the built app',
  },
  {
    words: [/\bphp\b/, / artisan serve\b| -S /],
    name: 'the development server of PHP',
    instead: 'php-fpm, Apache or FrankenPHP',
  },
];

const LONGEST = 2_000;

/** The development server that a command starts, its words joined by spaces. */
export function developmentServer(command: string): DevelopmentServer | undefined {
  const text = command.slice(0, LONGEST);
  return FORMS.find(({ words }) => words.every((word) => word.test(text)));
}
