import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { version } from '../../package.json';
import { check, type CheckOptions } from './check';
import { CannotRun } from './load';
import { resources, type ResourcesOptions } from './resources';

const codes = `
Exit codes:
  0  no errors (and not more warnings than allowed)
  1  findings at error level, or too many warnings
  2  could not run: no such path, unknown option`;

const examples = `
Examples:
  $ kubepath check                          everything below this directory
  $ kubepath check deploy overlays/prod     two directories, each on its own
  $ kubepath check --format github          annotations in a GitHub workflow
  $ kubepath check --format sarif > k.sarif upload to code scanning
  $ kubepath check --max-warnings 0         warnings fail the build too`;

/** Runs the command line; never throws. */
async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command('kubepath')
    .description(
      'Kubernetes networking, checked where it is written: what will not connect, what is open that should not be, and why.',
    )
    .version(version)
    .exitOverride()
    .showHelpAfterError('(kubepath --help tells more)')
    .configureHelp({ helpWidth: 100 });
  program
    .command('check')
    .description(
      'Check manifests (YAML, JSON) below each PATH. Kustomizations are read as kustomize reads them; Helm templates are left alone; .gitignore and .kubepathignore hold.',
    )
    .argument('[PATH...]', 'directories or manifests', ['.'])
    .addOption(
      new Option('-f, --format <format>', 'how to print findings')
        .choices(['pretty', 'json', 'sarif', 'github'])
        .default('pretty'),
    )
    .option('--max-warnings <n>', 'fail with more warnings than this', toCount)
    .addHelpText('after', `${examples}\n${codes}`)
    .action(async (paths: readonly string[], options: CheckOptions) => void (exitCode = await check(paths, options)));
  program
    .command('resources')
    .description(
      'Show what the analysis sees below PATH: every scope with its resources, and the fields that networking reads.',
    )
    .argument('[PATH]', 'a directory or a manifest', '.')
    .option('--scope <name>', 'only this scope')
    .addOption(new Option('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table'))
    .addHelpText('after', codes)
    .action(async (path: string, options: ResourcesOptions) => void (exitCode = await resources(path, options)));
  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(
      `kubepath: ${error instanceof CannotRun ? error.message : `internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`}\n`,
    );
    return 2;
  }
}

function toCount(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Give a whole number, 0 or more.');
  return Number(text);
}

// A reader that closes the pipe (`| head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

void main(process.argv).then((code) => {
  process.exitCode = code;
});
