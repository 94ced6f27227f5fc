/** A text file of the repository. */
export interface SourceFile {
  /** Relative to the root of the repository. */
  path: string;
  text: string;
}
