// The tests that run on a folder without manifests.
import { runMocha } from './run-mocha.js';

export const run = (): Promise<void> => runMocha(() => import('./no-activation.test.js'));
