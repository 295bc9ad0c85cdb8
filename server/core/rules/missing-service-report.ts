import type { Severity } from '../finding';
import type { NetworkModel } from '../model/network-model';
import type { Service } from '../model/service';
import type { Settings } from '../settings';
import { listed } from '../reach/describe-form';
import type { MissingService } from './missing-service';
import { lowered, type RelatedReport } from './rule';

/** How loudly a name that leads to no Service is reported (RULES.md); undefined for not at all. */
export function absentSeverity(missing: MissingService, model: NetworkModel, settings: Settings): Severity | undefined {
  switch (missing.kind) {
    case 'near':
    case 'near-namespace':
    case 'renamed':
      return 'warning';
    case 'elsewhere': {
      const severity: Severity = missing.sameScope ? 'warning' : 'information';
      return model.complete ? severity : lowered(severity);
    }
    case 'outside':
      if (missing.populated && model.complete) return 'warning';
      return settings.unmatchedOutside === 'off' ? undefined : settings.unmatchedOutside;
  }
}

/** What is there instead, as a sentence. */
export function describeMissing(missing: MissingService): string {
  switch (missing.kind) {
    case 'near':
    case 'renamed':
      return `Service ${missing.service.name} is there.`;
    case 'near-namespace':
      return `Namespace ${missing.service.namespace} has one.`;
    case 'elsewhere': {
      if (!missing.sameScope) return `One belongs to ${missing.model.scope.name}, which is applied separately.`;
      const namespaces = [...new Set(missing.services.map(({ namespace }) => namespace))];
      return `One is in namespace ${listed(namespaces, 'and')}.`;
    }
    case 'outside':
      return 'Nothing here comes close: check the name, unless the Service comes from elsewhere.';
  }
}

/** The Service that is very likely meant; undefined where several may be. */
export function rightName(missing: MissingService): Service | undefined {
  if (missing.kind === 'outside') return undefined;
  if (missing.kind !== 'elsewhere') return missing.service;
  return missing.sameScope && missing.services.length === 1 ? missing.services[0] : undefined;
}

/** The Services that a finding about a missing one links. */
export function relatedToMissing(missing: MissingService): readonly RelatedReport[] {
  const services =
    missing.kind === 'outside' ? [] : missing.kind === 'elsewhere' ? missing.services : [missing.service];
  return services.slice(0, 3).map(({ resource, name, namespace }) => ({
    resource,
    message: `Service ${name} in namespace ${namespace}`,
  }));
}

/**
 * Whether another scope of the workspace brings the Service to the very namespace, or may: where none is written, it is applied to
 * whichever one likes.
 */
export function isOfOtherScope(missing: MissingService, namespace: string): boolean {
  if (missing.kind !== 'elsewhere' || missing.sameScope) return false;
  return missing.services.some(
    (service) => service.namespace === namespace || service.resource.namespace === undefined,
  );
}
