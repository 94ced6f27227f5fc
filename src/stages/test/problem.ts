import { TestsFailed } from '../../errors.ts';

/** Why a test could not pass, apart from its cases: a service that died, time that ran out, a command that is not there. */
export class Problem extends TestsFailed {}
