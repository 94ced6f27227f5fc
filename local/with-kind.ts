import type { Platform } from './types.ts';
export async function withKind(): Promise<Platform> { throw new Error('later'); }
