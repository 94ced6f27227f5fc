import { afterAll } from 'vitest';
import { removeScratchFolders } from './scratch.ts';

// Vitest runs a setup file for each test file, also where several of them share the modules of one process.
afterAll(removeScratchFolders);
