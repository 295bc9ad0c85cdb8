import type { Severity } from '../finding';
import type { Resource } from '../manifest/resource';
import type { NetworkModel } from '../model/network-model';
import { lowered } from './rule';

/**
 * How loudly to say that two resources want the same thing of a cluster. What a tool renders together goes to one cluster for certain.
 * Plain directories side by side may be for several (one for each cluster, the lessons of a course), and one name in two files with
 * two namespaces is most often one application in two environments.
 */
export function severityTogether({ scope }: NetworkModel, a: Resource, b: Resource, severity: Severity): Severity {
  if (scope.kind !== 'directory' || a.file === b.file) return severity;
  if (a.kind === b.kind && a.name === b.name) return 'information';
  return directoryOf(a) === directoryOf(b) ? severity : lowered(severity);
}

function directoryOf({ file }: Resource): string {
  return file.slice(0, file.lastIndexOf('/'));
}
