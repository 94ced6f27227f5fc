/** A pod's loopback is not the machine's: name servers there are left out. */
export function resolvConf(hosts: string): string {
  const lines = hosts.split('\n').filter((line) => {
    const [keyword, value = ''] = line.trim().split(/\s+/);
    if (keyword === 'nameserver') return !value.startsWith('127.') && value !== '::1';
    return keyword === 'options';
  });
  return `${lines.join('\n')}\n`;
}
