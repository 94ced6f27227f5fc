/** What is wrong with a value that the schema admits. */
export interface RuleProblem {
  /** Keys that lead to the value. */
  path: PropertyKey[];
  message: string;
}

/** A problem whose message begins with its path: `deploy.processes: is empty`. */
export function ruleProblem(path: PropertyKey[], message: string): RuleProblem {
  return { path, message: `${path.map(String).join('.')}: ${message}` };
}
