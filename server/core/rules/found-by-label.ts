import type { Selector } from '../model/label';
import { servicesOf, type NetworkModel } from '../model/network-model';
import { selectsPods, type Workload } from '../model/workload';
import type { PodsForm } from '../reach/policy-form';
import { policyFormsOf } from '../reach/policy-forms';

/** Whether a Service or a policy of the scope finds these pods by this label, and would lose them if they had another. */
export function isFoundBy(model: NetworkModel, workload: Workload, key: string): boolean {
  const { namespace } = workload;
  const finds = (selector: Selector | undefined): boolean =>
    selector !== undefined &&
    selector.requirements.some(
      (requirement) => requirement.key === key && (requirement.operator === 'In' || requirement.operator === 'Exists'),
    ) &&
    selectsPods(selector, workload);
  const means = ({ namespaces, pods }: PodsForm): boolean =>
    pods !== 'unreadable' &&
    finds(pods) &&
    (namespaces === 'unreadable' || !('name' in namespaces) || namespaces.name === namespace);
  return (
    servicesOf(model, namespace).some(({ selector }) => finds(selector)) ||
    policyFormsOf(model).some(
      ({ subject, rules }) =>
        means(subject) ||
        rules.some(
          ({ peers }) => peers !== 'everyone' && peers.some((peer) => peer.type === 'pods' && means(peer.pods)),
        ),
    )
  );
}
