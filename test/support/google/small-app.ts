import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchFolder } from '../runner/scratch.ts';
import { CLUSTER, PROJECT } from './acme.ts';

export interface SmallApp {
  /** Git repository with one commit on main. */
  repository: string;
  commit: string;
}

/** A web server in the one language that the base image has. */
const SERVER = `use strict;
use IO::Socket::INET;
$SIG{TERM} = sub { exit 0 };
my $server = IO::Socket::INET->new(LocalAddr => '0.0.0.0', LocalPort => 8080, Listen => 64, ReuseAddr => 1) or die $!;
while (my $client = $server->accept) {
  my $request = <$client>;
  print $client "HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\nConnection: close\\r\\n\\r\\nok\\n";
  close $client;
}
`;

/** An application to send through a workflow: as small as it can be, with a test and a health check. */
export function smallApp(name: string, base: string, namespaces: { staging: string; production: string }): SmallApp {
  const repository = scratchFolder();
  const files: Record<string, string> = {
    Dockerfile: `FROM ${base}\nCOPY serve.pl /app/serve.pl\nCMD ["perl", "/app/serve.pl"]\n`,
    '.dockerignore': 'gha-creds-*.json\n.git\n',
    'serve.pl': SERVER,
    'slipway.yml': `app: ${name}
image: { repository: europe-west1-docker.pkg.dev/${PROJECT}/apps/${name} }
tests:
  unit: { run: perl -c /app/serve.pl }
deploy: { port: 8080, health: /healthz, replicas: 1 }
environments:
  staging: { cluster: { gke: ${CLUSTER} }, namespace: ${namespaces.staging} }
  production: { cluster: { gke: ${CLUSTER} }, namespace: ${namespaces.production}, promoteFrom: staging }
`,
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(repository, file), text);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: repository, encoding: 'utf8' }).trim();
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  const who = ['-c', 'user.name=developer', '-c', 'user.email=developer@example.com'];
  git(...who, 'commit', '--quiet', '--message', 'A small app');
  return { repository, commit: git('rev-parse', 'HEAD') };
}
