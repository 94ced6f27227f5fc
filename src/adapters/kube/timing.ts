/** The timeouts of this adapter in milliseconds. Part of a RestContext, so that tests need not wait for minutes. */
export interface Timing {
  /** The longest outage of the control plane; GKE upgrades a zonal one within minutes. */
  outage: number;
  /** Many causes of a 500 do not pass: less time than for an outage. */
  serverError: number;
  /** A credential that was accepted before may be refused while the authenticator restarts. */
  refused: number;
  /** Silence after which a read, or a write, counts as broken. Admission webhooks may take 30 s of a write. */
  readSilence: number;
  writeSilence: number;
  /** The server ends a stream after this long; a stream that is silent for longer is broken. */
  stream: number;
  streamSilence: number;
  /** After this long, a watch lists the objects again: a stream is fast, a list is the truth. */
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
