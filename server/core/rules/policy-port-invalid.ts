import { itemsAt, nodeAt } from '../manifest/node';
import type { PolicyForm } from '../reach/policy-form';
import { policyFormsOf } from '../reach/policy-forms';
import { problemFixes, reportProblems } from './policy-problems';
import { defineRule, type Report } from './rule';

export const policyPortInvalid = defineRule({
  id: 'policy-port-invalid',
  title: 'A port, port range or protocol of a policy that cannot be',
  severity: 'error',
  check(model, report) {
    reportProblems(model, 'policy-port-invalid', report);
    for (const form of policyFormsOf(model)) checkProtocols(form, report);
  },
  fixes: problemFixes,
  // Quotes and case alone are changed: nothing else can be meant.
  fixAll: true,
});

/** A protocol of a ClusterNetworkPolicy must have something below it (CRD validation), though everybody sees what `tcp: {}` means. */
function checkProtocols({ resource, rules }: PolicyForm, report: Report): void {
  if (resource.kind !== 'ClusterNetworkPolicy') return;
  for (const item of rules.flatMap(({ node }) => itemsAt(node, 'protocols'))) {
    for (const kind of ['tcp', 'udp', 'sctp']) {
      const node = nodeAt(item, kind);
      if (node?.type !== 'map' || node.entries.length > 0) continue;
      const every = `${kind}: { destinationPort: { range: { start: 1, end: 65535 } } }`;
      report({ resource, at: node, message: `${kind} needs a destinationPort. For every port write ${every}.` });
    }
  }
}
