// The tests that run on a copy of examples/shop, with one of examples/overlays in parcels/.
import { runMocha } from './run-mocha.js';

export const run = (): Promise<void> =>
  runMocha(async () => {
    await import('./activation.test.js');
    await import('./diagnostics.test.js');
    await import('./features.test.js');
    await import('./scopes.test.js');
    await import('./commands.test.js');
  });
