/** How patient this adapter is; all in milliseconds. Given in a RestContext, so that tests need not wait for minutes. */
export interface Timing {
  /** An outage of the control plane that is waited for; GKE upgrades a zonal one within minutes. */
  outage: number;
  /** The server says 500 for much that does not pass: it gets less time than an outage. */
  serverError: number;
  /** A credential that was good before may be refused for a moment, while a server behind it restarts. */
  refused: number;
  /** Silence after which a read, or another request, counts as broken. Admission webhooks may take 30 s of the latter. */
  readSilence: number;
  writeSilence: number;
  /** The server is asked to end a stream after this long; one that is silent for longer is broken without having said so. */
  stream: number;
  streamSilence: number;
  /** After this long of watching the present state is read again: the stream is fast, the read is the truth. */
  readAgain: number;
}

export const TIMING: Timing = {
  outage: 5 * 60_000,
  serverError: 30_000,
  refused: 10_000,
  readSilence: 30_000,
  writeSilence: 60_000,
  stream: 30_000,
  streamSilence: 40_000,
  readAgain: 60_000,
};
