/** A command of slipway.yml as an argument list: `sh -c` runs a shell line; a list runs as it is. */
export function commandLine(command: string | readonly string[]): string[] {
  return typeof command === 'string' ? ['sh', '-c', command] : [...command];
}
