import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { exporters } from '../../diagram/export';
import { PALETTES } from '../../diagram/palette';
import { version } from '../../package.json';
import { check, type CheckOptions } from './check';
import { connectivity, type ConnectivityOptions } from './connectivity';
import { diff, type DiffOptions } from './diff';
import { explain, type ExplainOptions } from './explain';
import { CannotRun } from './load';
import { isRuleId, nearestName, unknownRule } from '../core/rule-names';
import { ruleSettings, type Settings } from '../core/settings';
import { viewNames } from '../core/views/view';
import { render, type RenderOptions } from './render';
import { resources, type ResourcesOptions } from './resources';

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
  const run = async (command: Promise<number>): Promise<void> => void (exitCode = await command);
  for (const add of [addCheck, addConnectivity, addExplain, addDiff, addRender, addResources])
    withPrograms(add(program, run));
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

/** Waits for a command and keeps its exit code. */
type Run = (command: Promise<number>) => Promise<void>;

function addCheck(program: Command, run: Run): Command {
  return program
    .command('check')
    .description(
      'Check manifests (YAML, JSON) below each PATH. Kustomizations are rendered, and charts where there is a helm; .gitignore and .kubepathignore hold.',
    )
    .argument('[PATH...]', 'directories or manifests', ['.'])
    .addOption(formatOption('how to print findings', ['pretty', 'json', 'sarif', 'github']))
    .option('--max-warnings <n>', 'fail with more warnings than this', toCount)
    .option(
      '--rule <id=severity>',
      `how loudly a rule reports: ${ruleSettings.join(', ')}; goes before .kubepath.yaml; may be given again`,
      toRule,
    )
    .addHelpText('after', `${checkExamples}\n${checkCodes}`)
    .action((paths: readonly string[], options: CheckOptions) => run(check(paths, options)));
}

const checkExamples = `
Examples:
  $ kubepath check                          everything below this directory
  $ kubepath check deploy overlays/prod     two directories, each on its own
  $ kubepath check --format github          annotations in a GitHub workflow
  $ kubepath check --format sarif > k.sarif upload to code scanning
  $ kubepath check --max-warnings 0         warnings fail the build too
  $ kubepath check --rule policy-overlap=off --rule service-scaled-to-zero=error`;

const checkCodes = `
Exit codes:
  0  no errors (and not more warnings than allowed)
  1  findings at error level, or too many warnings
  2  could not run: no such path, unknown option or rule`;

function addConnectivity(program: Command, run: Run): Command {
  return program
    .command('connectivity')
    .description(
      'Print every connection that the manifests below PATH allow: who may talk to whom, on which ports, once all policies have their say.',
    )
    .argument('[PATH]', 'a directory or a manifest', '.')
    .option('--exposure', 'also what pods that no manifest declares may do, and which workloads no policy selects')
    .option('--scope <name>', scopeHelp)
    .addOption(formatOption('how to print', ['text', 'json', 'csv', 'md', 'dot', 'mermaid', 'svg']))
    .addHelpText('after', `${connectivityExamples}\n${connectivityNotes}\n${readingCodes}`)
    .action((path: string, options: ConnectivityOptions) => run(connectivity(path, options)));
}

const scopeHelp =
  'this scope (kubepath resources names them); without it PATH has to hold one scope, or plain directories, which are taken together as kubectl apply -R does';

const connectivityExamples = `
Examples:
  $ kubepath connectivity deploy                        one line for each connection
  $ kubepath connectivity deploy --exposure             and what the policies leave open to others
  $ kubepath connectivity . --scope overlays/prod -f json
  $ kubepath connectivity deploy -f md >> "$GITHUB_STEP_SUMMARY"
  $ kubepath connectivity deploy -f svg > network.svg   a picture
  $ kubepath connectivity deploy -f dot | dot -Tpdf > network.pdf`;

const connectivityNotes = `
Peers: namespace/name[Kind], first-last[External] for addresses, {ingress-controller} for routed traffic.
text, json, csv and md hold everything. dot, mermaid and svg are pictures: between pods that no policy
selects nothing is drawn, what many have in common is drawn once, and what would be too large to be
opened is left out, with a warning. Warnings are part of the JSON, else they go to standard error.
csv holds exposure as further rows.`;

const readingCodes = `
Exit codes:
  0  printed
  2  could not run: no such path, nothing there, several scopes or none of that name`;

function addExplain(program: Command, run: Run): Command {
  return program
    .command('explain')
    .description(
      'Follow one connection from SRC to DST, hop by hop: names, Services, ports and every policy that decides, with file and line.',
    )
    .argument(
      '<SRC>',
      'a workload (web, shop/web, Deployment/web, shop/web[Deployment]), an address, {ingress-controller}',
    )
    .argument('<DST>', 'the same, or a Service by its name or DNS name (api, api.shop.svc)')
    .argument('[PATH]', 'a directory or a manifest', '.')
    .option('--port <n>', "the port that SRC asks for: a Service's own where DST is one, else the pod's", toPort)
    .addOption(
      new Option('--protocol <protocol>', 'its protocol (default: the one that DST offers, else TCP)').choices([
        'TCP',
        'UDP',
        'SCTP',
      ]),
    )
    .option('--scope <name>', scopeHelp)
    .addOption(formatOption('how to print', ['text', 'json']))
    .addHelpText('after', `${explainExamples}\n${explainCodes}`)
    .action((source: string, destination: string, path: string, options: ExplainOptions) =>
      run(explain(source, destination, path, options)),
    );
}

const explainExamples = `
Examples:
  $ kubepath explain shop/frontend shop/catalog deploy
  $ kubepath explain frontend catalog.shop.svc --port 80     as the client asks for it
  $ kubepath explain 203.0.113.7 shop/frontend --port 8080
  $ kubepath explain shop/cart 10.0.0.5 --port 53 --protocol UDP`;

const explainCodes = `
Exit codes:
  0  explained, whatever the verdict
  2  could not run: SRC or DST not found, no such path, nothing there, several scopes`;

function addDiff(program: Command, run: Run): Command {
  return program
    .command('diff')
    .description(
      'Print which connections open, close or change between two directories or files, or between two git revisions.',
    )
    .argument('<A>', 'a directory or a file; or revisions: REV..REV, REV.. or REV...REV')
    .argument('[B]', 'the directory or file to compare with; with revisions the path to look at (default: .)')
    .option('--scope <name>', `on both sides: ${scopeHelp}`)
    .addOption(formatOption('how to print', ['text', 'json', 'md']))
    .addHelpText('after', `${diffExamples}\n${diffNotes}\n${diffCodes}`)
    .action((first: string, second: string | undefined, options: DiffOptions) => run(diff(first, second, options)));
}

const diffExamples = `
Examples:
  $ kubepath diff deploy/staging deploy/prod     two directories
  $ kubepath diff HEAD.. deploy                  what the changes of the work tree mean
  $ kubepath diff v1.4..v1.5 deploy              two releases
  $ kubepath diff origin/main...HEAD -f md       a pull request, since it left the main branch`;

const diffNotes = `
Lines: + opened, - closed, ~ changed (before → after). Addresses that fare alike are one range.
REV.. compares with the work tree: tracked files and new ones that git does not ignore.
Revisions are read without a checkout; nothing in the repository is touched. Submodules and files of
Git LFS are skipped with a note. A path that exists on disk is always meant as a path.`;

const diffCodes = `
Exit codes:
  0  no difference
  1  connections differ
  2  could not run: no such path or revision, nothing there, several scopes`;

function addRender(program: Command, run: Run): Command {
  return program
    .command('render')
    .description('Draw a diagram of the manifests below PATH, without an editor: the pictures of the diagram panel.')
    .argument('[PATH]', 'a directory or a manifest', '.')
    .addOption(
      new Option(
        '--view <view>',
        'pods: who runs where; services: where Services lead; policies: who may talk to whom; ingress: how traffic comes in',
      )
        .choices(viewNames)
        .default('services'),
    )
    .addOption(formatOption('how to draw', Object.keys(exporters)))
    .addOption(new Option('--theme <theme>', 'colours of svg').choices(Object.keys(PALETTES)).default('light'))
    .option('--scope <name>', scopeHelp)
    .option('-o, --output <file>', 'write to this file instead of standard output')
    .addHelpText('after', `${renderExamples}\n${renderNotes}\n${renderCodes}`)
    .action((path: string, options: RenderOptions) => run(render(path, options)));
}

const renderExamples = `
Examples:
  $ kubepath render deploy > services.svg                   where the Services of deploy lead
  $ kubepath render deploy --view policies -o policies.svg
  $ kubepath render . --scope overlays/prod --view ingress --theme dark -o ingress.svg
  $ kubepath render deploy -f mermaid                       to paste into Markdown
  $ kubepath render deploy -f dot | dot -Tpdf > services.pdf`;

const renderNotes = `
json is the diagram as data, whole. svg, mermaid and dot are pictures: what would be too large to be
opened is left out, with a warning on standard error; what has problems stays.`;

const renderCodes = `
Exit codes:
  0  drawn
  2  could not run: no such path, nothing there, several scopes or none of that name, FILE cannot be written`;

function addResources(program: Command, run: Run): Command {
  return program
    .command('resources')
    .description(
      'Show what the analysis sees below PATH: every scope with its resources, and the fields that networking reads.',
    )
    .argument('[PATH]', 'a directory or a manifest', '.')
    .option('--scope <name>', 'only this scope')
    .addOption(formatOption('how to print', ['table', 'json']))
    .addHelpText('after', checkCodes)
    .action((path: string, options: ResourcesOptions) => run(resources(path, options)));
}

/** What every command takes that reads manifests. */
function withPrograms(command: Command): Command {
  return command
    .option('--helm <path>', 'the helm that renders charts (default: the one on the PATH); "off" leaves charts alone')
    .option(
      '--kustomize <command>',
      'what renders kustomizations with remote bases or plugins, e.g. "kubectl kustomize"; the directory is added',
    );
}

/** The first format is what is printed when nothing is said. */
function formatOption(description: string, formats: readonly string[]): Option {
  return new Option('-f, --format <format>', description).choices(formats).default(formats[0]);
}

function toPort(text: string): number {
  const port = toCount(text);
  if (port < 1 || port > 65535) throw new InvalidArgumentError('Ports go from 1 to 65535.');
  return port;
}

/** `policy-overlap=off`, after those that were given before. */
function toRule(text: string, before: Settings['forcedRules'] = {}): Settings['forcedRules'] {
  const [id = '', value = ''] = text.split('=');
  if (!isRuleId(id)) throw new InvalidArgumentError(unknownRule(id).message);
  const severity = ruleSettings.find((one) => one === value);
  if (severity === undefined) {
    const near = nearestName(value, ruleSettings);
    const advice = near === undefined ? `Those are ${ruleSettings.join(', ')}.` : `Did you mean "${near}"?`;
    throw new InvalidArgumentError(`There is no severity "${value}". ${advice}`);
  }
  return { ...before, [id]: severity };
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
