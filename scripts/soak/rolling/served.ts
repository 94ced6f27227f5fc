/** An app that is rolled out again and again under traffic, by the bundle and with what Slipway writes by itself. */
export interface Served {
  readonly host: string;
  /** Of the requests, in turn. The first one answers with something of its version. */
  readonly paths: readonly string[];
  /** Pods that are there when nothing rolls. */
  readonly podCount: number;
  /** One rolling update to the version of this number, to its end. */
  roll(version: number): Promise<void>;
  /** Whether the answer of the first path is that of the version. */
  isOf(version: number, answer: string): boolean;
  /** Names of the pods that are there, those that are ending included. */
  pods(): Promise<string[]>;
  /** Uses the app while it rolls; `stop` resolves to what did not become as it should. */
  use(): { stop(): Promise<string[]> };
  remove(): Promise<void>;
}
