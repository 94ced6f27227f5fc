/** Why a patch does not apply to an object: the end of a sentence that begins with the patch. */
export class PatchProblem extends Error {}
