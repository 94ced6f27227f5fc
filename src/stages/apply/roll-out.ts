import { carryOut } from './carry-out.ts';
import { check } from './check.ts';
import type { RollOutPorts, RollOutReport, RollOutRequest } from './request.ts';

export type { ObjectOutcome, ObjectReport, RollOutPorts, RollOutReport, RollOutRequest } from './request.ts';

/**
 * Validates all objects by the server (dry-run), writes them and waits until they are ready.
 * @throws UserError or EnvironmentError before the first write: an object that the server refuses (all of them are
 * told), a workload that is paused or OnDelete. After the first write it does not throw: the report tells.
 */
export async function rollOut(request: RollOutRequest, ports: RollOutPorts): Promise<RollOutReport> {
  return carryOut(await check(request, ports.cluster), ports);
}
