/** A command for people, beside the actions: `slipway <name> [arguments…]`. */
export interface Command {
  /** What `slipway <name> --help` prints; begins with `usage: slipway <name>` and ends with a line break. */
  usage: string;
  /**
   * @param args without the name of the command, and without --help
   * @returns the exit code: 0 when all is as asked, 1 when the command found something wrong
   * @throws SlipwayError for wrong arguments, and for what cannot be done; it is printed, and the exit code is 1
   */
  run(args: string[], installation: Installation): Promise<number>;
}

/** Where Slipway itself is installed. */
export interface Installation {
  /** Absolute folder of the package, which holds package.json and workflows/. */
  root: string;
  /** How a person starts it, for commands that another one proposes: `npx slipway`. */
  call: string;
}

/** Writes all of a text to standard output, however slowly it is read. */
export async function print(text: string): Promise<void> {
  await new Promise((done) => process.stdout.write(text, done));
}
