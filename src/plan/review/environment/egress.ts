import { METADATA_NETWORKS } from '../../../config/review-rules.ts';
import { containsNetwork, networksMeet } from '../../../text/network.ts';

/** A rule of a NetworkPolicy. */
export interface IpBlock {
  cidr: string;
  except?: string[];
}

/**
 * `internet`: the addresses that are routed publicly. Of IPv6 that is 2000::/3 without the tunnels that end in an IPv4 network
 * (Teredo, 6to4); the prefix of NAT64 (64:ff9b::/96) lies outside of it.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const INTERNET: readonly IpBlock[] = [
  {
    cidr: '0.0.0.0/0',
    except: [
      '0.0.0.0/8',
      '10.0.0.0/8',
      '100.64.0.0/10',
      '127.0.0.0/8',
      '168.63.129.16/32',
      '169.254.0.0/16',
      '172.16.0.0/12',
      '192.0.0.0/24',
      '192.168.0.0/16',
      '198.18.0.0/15',
      '224.0.0.0/4',
      '240.0.0.0/4',
    ],
  },
  { cidr: '2000::/3', except: ['2001::/32', '2002::/16'] },
];

/** The rules for what `review.egress` names; addresses of metadata servers are taken out of a network that holds them. */
export function egressBlocks(networks: readonly string[]): IpBlock[] {
  return networks.flatMap((network): IpBlock[] => {
    if (network === 'internet') return INTERNET.map(({ cidr, except = [] }) => ({ cidr, except: [...except] }));
    const except: string[] = METADATA_NETWORKS.filter((one) => containsNetwork(network, one));
    return [except.length === 0 ? { cidr: network } : { cidr: network, except }];
  });
}

/** Whether everything that `network` opens is open already. */
export function isReached(network: string, open: readonly string[]): boolean {
  const covers = (cidr: string) => open.some((one) => containsNetwork(one, cidr));
  if (network === 'internet') return open.includes('internet') || INTERNET.every(({ cidr }) => covers(cidr));
  return covers(network) || (open.includes('internet') && isPublic(network));
}

function isPublic(network: string): boolean {
  return INTERNET.some(
    ({ cidr, except = [] }) => containsNetwork(cidr, network) && !except.some((one) => networksMeet(one, network)),
  );
}
