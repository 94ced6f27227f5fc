/** What is wrong with a value that the schema admits. */
export interface RuleProblem {
  /** Keys that lead to the value. */
  path: PropertyKey[];
  message: string;
}
