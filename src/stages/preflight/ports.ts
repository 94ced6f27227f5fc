import type { Observer, Prober } from '../../ports.ts';
import type { TestPorts } from '../test/ports.ts';

/** The ports of preflight: those of tests in the image, and what observes a container from outside. */
export interface PreflightPorts extends TestPorts {
  observer: Observer;
  prober: Prober;
}
