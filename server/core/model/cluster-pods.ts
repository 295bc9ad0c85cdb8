import { clusterPods } from '../manifest/pod-makers';
import { requirementHolds, type Selector } from './label';

/**
 * Whether a selector means pods that every cluster has, in this namespace or, when none is said, in any: what is not in a manifest there is
 * no mistake. Labels that are not in the table nobody can tell.
 */
export function meansClusterPods(selector: Selector, namespace?: string): boolean {
  return clusterPods.some(({ namespace: own, labels }) => {
    if (namespace !== undefined && namespace !== own) return false;
    const told = selector.requirements.filter(({ key }) => labels[key] !== undefined);
    return (
      told.some(({ operator }) => operator === 'In') &&
      told.every((requirement) => {
        const value = labels[requirement.key];
        return value === '*' || requirementHolds(requirement, value);
      })
    );
  });
}
