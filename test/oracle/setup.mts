import { setupTools, toolsSupported } from '../tools/setup.mjs';

/** Without the bundled programs (other platforms than Linux x64) a kubectl on the PATH has to do. */
export default async function setup(): Promise<void> {
  if (toolsSupported) await setupTools({ log: console.log });
}
