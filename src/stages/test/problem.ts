import { TestsFailed } from '../../errors.ts';

/** A reason besides its cases why a test cannot pass: a dead service, a timeout, a missing command. */
export class Problem extends TestsFailed {}
