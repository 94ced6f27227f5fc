/** The environment variables of the step. They can hold secrets, so no plan contains their values. */
export interface Variables {
  /** undefined: the step has no such variable. GitHub gives an empty text for a secret that does not exist. */
  read(name: string): string | undefined;
}
