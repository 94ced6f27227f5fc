import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { extract, type ReadEntry } from 'tar';
import { EnvironmentError, UserError } from '../../errors.ts';
import type { ContainerRequest, ContainerState, Containers, Forward, LabelledObject } from '../../ports.ts';
import { neutralise } from '../../text/neutralise.ts';
import type { DockerCli } from './cli.ts';
import { readState } from './container-state.ts';
import { createOptions, labelOptions } from './create-options.ts';
import { withLogins } from './docker-config.ts';
import { withEnvironment } from './environment.ts';
import { forwardToLoopback } from './forward.ts';
import { inspectImage } from './images.ts';
import { leftoversOf } from './leftovers.ts';
import { locateDocker } from './locate.ts';
import type { LoginsFor } from './login.ts';
import { commandFailed, lastPrintedLines } from './translate-engine.ts';

/** How the versions of docker report a path that the container does not have. */
const NO_SUCH_PATH = /could not find|no such file|not found|no such container:path|not a directory/i;
const EXEC_MS = 10_000;
const CONNECT_MS = 1_000;

/** Containers through the docker program. */
export class DockerContainers implements Containers {
  private readonly docker: DockerCli;
  private readonly env: NodeJS.ProcessEnv;
  private readonly logins: LoginsFor;

  /**
   * @param env PATH, DOCKER_HOST, DOCKER_CONFIG, RUNNER_TEMP … of the process
   * @param logins for pulled images, besides docker's own logins
   */
  constructor(env: NodeJS.ProcessEnv, logins: LoginsFor = async () => new Map()) {
    this.docker = locateDocker(env);
    this.env = env;
    this.logins = logins;
  }

  async createNetwork(name: string, labels: Record<string, string>, internal = false): Promise<void> {
    const options = [...labelOptions(labels), ...(internal ? ['--internal'] : [])];
    await this.do(['network', 'create', ...options, '--', name], `network ${name} cannot be created`);
  }

  async removeNetwork(name: string): Promise<void> {
    const { code, stderr } = await this.docker.attempt(['network', 'rm', '--', name]);
    if (code !== 0 && !/not found|no such network/i.test(stderr))
      throw commandFailed(`network ${name} cannot be removed`, stderr);
  }

  async forward(network: string, port: number): Promise<Forward> {
    const format = '{{range .IPAM.Config}}{{.Gateway}} {{end}}';
    const failed = `network ${network} cannot be inspected`;
    const gateways = await this.do(['network', 'inspect', `--format=${format}`, '--', network], failed);
    return forwardToLoopback(gateways.split(' ')[0] ?? '', port);
  }

  create(request: ContainerRequest): Promise<string> {
    return withEnvironment(request.env, this.env.RUNNER_TEMP, (options) =>
      this.do(
        ['container', 'create', ...createOptions(request), ...options, '--', request.image, ...(request.command ?? [])],
        `container ${request.name} cannot be created`,
      ),
    );
  }

  async start(request: ContainerRequest): Promise<string> {
    const id = await this.create(request);
    const { code, stderr } = await this.docker.attempt(['container', 'start', '--', id]);
    if (code !== 0) throw cannotStart(stderr, `container ${request.name} cannot be started`);
    return id;
  }

  async attach(id: string, onLine: (line: string) => void, signal?: AbortSignal): Promise<number> {
    const { code, stderr } = await this.docker.attempt(['container', 'start', '--attach', '--', id], {
      onLine,
      signal,
    });
    const state = await this.state(id);
    // When docker cannot start the program (missing in the image), it exits with 127 or 126 and an error of the engine.
    if (/^Error response from daemon: /m.test(stderr) && state.exitCode !== 0) throw cannotStart(stderr);
    return state.running ? code : state.exitCode;
  }

  async exec(id: string, command: string[]): Promise<{ exitCode: number; output: string }> {
    const result = await this.docker.attempt(['container', 'exec', '--', id, ...command], { timeoutMs: EXEC_MS });
    return { exitCode: result.code, output: `${result.stdout}\n${result.stderr}`.trim() };
  }

  async state(id: string): Promise<ContainerState> {
    return readState(await this.do(['container', 'inspect', '--', id], `container ${id} cannot be inspected`));
  }

  reachable(address: string, port: number): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect({ host: address, port });
      const end = (answer: boolean) => {
        socket.destroy();
        resolve(answer);
      };
      socket.setTimeout(CONNECT_MS, () => end(false));
      socket.once('connect', () => end(true));
      socket.once('error', () => end(false));
    });
  }

  async logs(id: string, tail: number): Promise<string[]> {
    const lines: string[] = [];
    const onLine = (line: string) => lines.push(line);
    await this.docker.attempt(['container', 'logs', `--tail=${tail}`, '--', id], { onLine });
    return lines.length === 0 ? [] : neutralise(lines.join('\n')).slice(-tail);
  }

  async copyFrom(id: string, path: string, to: string): Promise<boolean> {
    await mkdir(dirname(to), { recursive: true });
    const { code, stderr } = await this.docker.attempt(['container', 'cp', '--', `${id}:${path}`, to]);
    if (code === 0) return true;
    if (NO_SUCH_PATH.test(stderr)) return false;
    throw commandFailed(`${path} cannot be copied out of the container`, stderr);
  }

  async copyMatching(id: string, folder: string, to: string, matches: (path: string) => boolean): Promise<number> {
    await mkdir(to, { recursive: true });
    let count = 0;
    const output = extract({
      cwd: to,
      strip: 1,
      filter: (path, entry) => {
        const wanted = (entry as ReadEntry).type === 'File' && matches(path.slice(path.indexOf('/') + 1));
        if (wanted) count++;
        return wanted;
      },
    });
    const source = `${id}:${folder.replace(/\/$/, '')}/.`;
    const { code, stderr } = await this.docker.attempt(['container', 'cp', '--', source, '-'], {
      output: output as unknown as NodeJS.WritableStream,
    });
    if (code === 0) return count;
    if (NO_SUCH_PATH.test(stderr)) return 0;
    throw commandFailed(`${folder} cannot be copied out of the container`, stderr);
  }

  async remove(id: string): Promise<void> {
    const { code, stderr } = await this.docker.attempt(['container', 'rm', '--force', '--volumes', '--', id]);
    if (code !== 0 && !/no such container|already in progress/i.test(stderr))
      throw commandFailed(`container ${id} cannot be removed`, stderr);
  }

  leftovers(label: string): Promise<{ containers: LabelledObject[]; networks: LabelledObject[] }> {
    return leftoversOf(this.docker, label);
  }

  async ensureImage(reference: string, signal?: AbortSignal): Promise<void> {
    if (await inspectImage(this.docker, reference)) return;
    const pull = ['image', 'pull', '--quiet', '--', reference];
    const { code, stderr } = await withLogins(await this.logins(reference), this.env, (env) =>
      this.docker.attempt(pull, { env, signal }),
    );
    if (code !== 0) throw cannotPull(reference, stderr);
  }

  /** Trimmed output of a command that must succeed. */
  private async do(args: string[], failed: string): Promise<string> {
    const explain = (stderr: string) => commandFailed(failed, stderr);
    return (await this.docker.output(args, explain)).trim();
  }
}

function cannotStart(stderr: string, what = 'the container cannot be started'): Error {
  const named = /exec: "([^"]+)": /.exec(stderr);
  const [reason = ''] = stderr.slice(named?.index ?? 0).split('\n', 1);
  if (named && /executable file not found|no such file/.test(reason)) {
    return new UserError(`the image has no program "${named[1]}"`, {
      details: lastPrintedLines(stderr, 2),
      remedy: /(^|\/)(sh|bash)$/.test(named[1] ?? '')
        ? WITHOUT_SHELL
        : 'Name a stage of the Dockerfile that has it by `target` of the test in slipway.yml, install it in the image, or correct `run`.',
    });
  }
  return commandFailed(what, stderr);
}

const WITHOUT_SHELL =
  'A shell runs a command that is text, and this image has no shell. Let the test run in a stage of the Dockerfile that has one and the test tools (`target` of the test in slipway.yml), or write `run` as a list: run: ["/app", "test"].';

const NETWORK =
  /dial tcp|i\/o timeout|connection re(fused|set)|no such host|name resolution|TLS handshake|Client\.Timeout/i;

function cannotPull(reference: string, stderr: string): Error {
  if (/manifest unknown|not found|does not exist/i.test(stderr) && !/denied/i.test(stderr)) {
    return new UserError(`image ${reference} was not found in its registry`, {
      details: lastPrintedLines(stderr, 2),
      remedy: 'Correct its name or tag in slipway.yml, or push it first.',
    });
  }
  if (NETWORK.test(stderr)) {
    return new EnvironmentError(`the registry of image ${reference} cannot be reached`, {
      details: lastPrintedLines(stderr, 2),
      remedy:
        'See whether the engine reaches the registry (network, DNS, proxy), and check the host in the name of the image.',
    });
  }
  return commandFailed(`image ${reference} cannot be pulled`, stderr);
}
