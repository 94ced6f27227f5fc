/** A command of slipway.yml as an argument list: a shell line is run by `sh -c`, a list as it is. */
export function commandLine(command: string | readonly string[]): string[] {
  return typeof command === 'string' ? ['sh', '-c', command] : [...command];
}
