import { containsNetwork, isNetwork } from '../text/network.ts';
import { nearest } from './nearest.ts';
import { ownObjectsProblems } from './own-objects-rules.ts';
import { type RuleProblem, ruleProblem } from './rule-problem.ts';
import type { Config } from './schema.ts';

/** Rules of `review` between keys, and about the meaning of a value, which a schema cannot state. */
export function reviewProblems(config: Config): RuleProblem[] {
  return [...hostProblems(config), ...egressProblems(config), ...ownObjectsProblems(config)];
}

function hostProblems(config: Config): RuleProblem[] {
  const own = Object.entries(config.environments ?? {}).flatMap(([name, { host = '' }]) => {
    const problem = placeholderProblem(host, ['{address}']);
    return problem === undefined ? [] : [ruleProblem(['environments', name, 'host'], problem)];
  });
  return [...own, ...reviewHostProblems(config)];
}

function placeholderProblem(host: string, known: readonly string[]): string | undefined {
  const unknown = (host.match(/\{[^{}]*\}/g) ?? []).find((one) => !known.includes(one));
  if (unknown === undefined) return undefined;
  const near = nearest(unknown, known);
  return `unknown placeholder ${unknown}; ${near === undefined ? `known are ${known.join(', ')}` : `did you mean ${near}?`}`;
}

function reviewHostProblems(config: Config): RuleProblem[] {
  const host = config.review?.host;
  if (host === undefined) return [];
  const problem =
    placeholderProblem(host, ['{number}', '{variant}', '{address}']) ??
    patternProblem(host) ??
    ownedProblem(host, config.environments ?? {});
  return problem === undefined ? [] : [ruleProblem(['review', 'host'], problem)];
}

/** Two pull requests never share a host name: no digit and no other placeholder touches {number}. */
function patternProblem(host: string): string | undefined {
  if (!host.includes('{number}')) return 'must contain {number}; without it all pull requests share one host name';
  const touched = /[0-9}]\{number\}|\{number\}[0-9{]/.exec(host)?.[0];
  return touched && `"${touched}" lets a pull request have the host name of another one: part {number} by "-" or "."`;
}

/** The environment of staging or production whose host name is one of the pattern's. */
function ownedProblem(host: string, environments: NonNullable<Config['environments']>): string | undefined {
  const pattern = patternOf(host);
  const owned = Object.entries(environments).flatMap(([name, { host: own, processes = {} }]) =>
    [own, ...Object.values(processes).map((process) => process.host)].map((one) => ({ name, own: one ?? '' })),
  );
  const owner = owned.find(({ own }) => pattern.test(own));
  return owner && `a pull request would have the host name of environments.${owner.name} (${owner.own})`;
}

function patternOf(host: string): RegExp {
  const literal = (text: string) => text.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  const withVariant = host.includes('{variant}');
  const source = host
    .split(/([-.]\{variant\}|\{variant\}[-.]?|\{number\}|\{address\})/)
    .map((part) => {
      if (part === '{number}') return withVariant ? '[1-9][0-9]*' : '[1-9][0-9]*(-[a-z][a-z0-9-]*)?';
      if (part === '{address}') return '[0-9a-f-]+';
      // Without a variant, the name also lacks the separator next to it.
      const variant = part.split('{variant}').map(literal).join('[a-z][a-z0-9-]*');
      return part.includes('{variant}') ? `(${variant})?` : variant;
    })
    .join('');
  return new RegExp(`^${source}$`);
}

function egressProblems({ review }: Config): RuleProblem[] {
  return (review?.egress ?? []).flatMap((network, index) => {
    const problem = egressProblem(network);
    return problem === undefined
      ? []
      : [{ path: ['review', 'egress', index], message: `review.egress: "${network}" ${problem}` }];
  });
}

/**
 * Link-local networks, and the addresses outside of them at which a cloud answers a machine with its credentials: Alibaba Cloud,
 * Azure, Oracle Cloud, and the IPv6 addresses of AWS and Google Cloud. No review environment reaches them.
 * @see https://www.rfc-editor.org/rfc/rfc3927
 * @see https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 * @see https://cloud.google.com/compute/docs/metadata/querying-metadata
 */
export const METADATA_NETWORKS = [
  '169.254.0.0/16',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
  'fe80::/10',
  'fd00:ec2::254/128',
  'fd20:ce::254/128',
] as const;

/** Why no environment may reach a network; undefined: it may. */
function egressProblem(network: string): string | undefined {
  if (network === 'internet') return undefined;
  if (!isNetwork(network)) return 'is not a network such as 203.0.113.0/24';
  const metadata = METADATA_NETWORKS.find((one) => containsNetwork(one, network));
  return metadata && `lies in ${metadata}, where a cloud hands out the credentials of its machines`;
}
