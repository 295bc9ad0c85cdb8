import { version } from '../../package.json';
import { rules } from '../core/rules/index';
import type { Location, Severity } from '../core/index';
import { displayPath } from './load';
import type { Report } from './report';

const levels: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};

/** SARIF 2.1.0, for code scanning: lines and columns are one-based there. */
export function toSarif({ findings }: Report): string {
  const sarif = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'kubepath',
            version,
            rules: rules.map((rule) => ({
              id: rule.id,
              shortDescription: { text: rule.title },
              defaultConfiguration: { level: levels[rule.severity] },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map(({ finding }) => ({
          ruleId: finding.rule,
          ruleIndex: rules.findIndex((rule) => rule.id === finding.rule),
          level: levels[finding.severity],
          message: { text: finding.message },
          locations: [{ physicalLocation: physical(finding) }],
          relatedLocations: finding.related.map((place, index) => ({
            id: index,
            physicalLocation: physical(place),
            message: { text: place.message },
          })),
        })),
      },
    ],
  };
  return `${JSON.stringify(sarif, null, 2)}\n`;
}

function physical({ file, range }: Location) {
  const path = displayPath(file);
  return {
    artifactLocation: { uri: path.startsWith('/') ? file : path.split('/').map(encodeURIComponent).join('/') },
    region: {
      startLine: range.start.line + 1,
      startColumn: range.start.character + 1,
      endLine: range.end.line + 1,
      endColumn: range.end.character + 1,
    },
  };
}
