import { nodeAt } from '../manifest/node';
import type { NetworkModel } from '../model/network-model';
import { printWorkload } from '../model/workload';
import { hasBit } from '../reach/bitset';
import { listed } from '../reach/describe-form';
import { areDisjoint, isWithin, mayMeet } from '../reach/overlap';
import type { PolicyForm } from '../reach/policy-form';
import { policyFormsOf } from '../reach/policy-forms';
import { reachOf, type CompiledPolicy } from '../reach/reach';
import { problemFixes, reportProblems } from './policy-problems';
import { defineRule, type Report } from './rule';

export const adminPolicyInvalid = defineRule({
  id: 'admin-policy-invalid',
  title: 'A cluster-wide policy that cannot be what is written, or whose order among others is undefined',
  severity: 'error',
  variants: [
    'warning: two policies of the same tier and priority that may be for the same pods',
    'information: the same, where nothing seems to depend on their order',
  ],
  check(model, report) {
    reportProblems(model, 'admin-policy-invalid', report);
    for (const group of equalPriorities(model)) checkGroup(group, model, report);
  },
  fixes: problemFixes,
});

/** Policies of one tier and priority, where there are several. Where or whom one means that cannot be read is reported already. */
function equalPriorities(model: NetworkModel): readonly (readonly PolicyForm[])[] {
  const groups = new Map<string, PolicyForm[]>();
  for (const form of policyFormsOf(model)) {
    if (form.tier === 'network' || !Number.isFinite(form.priority)) continue;
    if (form.subject.namespaces === 'unreadable' || form.subject.pods === 'unreadable') continue;
    const key = `${form.tier} ${form.priority}`;
    groups.set(key, [...(groups.get(key) ?? []), form]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

/** Another policy of the same priority, and how much depends on the order of the two. */
interface Rival {
  readonly form: PolicyForm;
  readonly severity: 'error' | 'warning' | 'information';
  /** Pods of the scope that both select for certain. */
  readonly pods: readonly string[];
}

function checkGroup(group: readonly PolicyForm[], model: NetworkModel, report: Report): void {
  for (const form of group) {
    const rivals = group.flatMap((other) => rivalOf(form, other, model) ?? []);
    const loudest = (['error', 'warning', 'information'] as const).find((wanted) =>
      rivals.some(({ severity }) => severity === wanted),
    );
    reportRivals(
      form,
      rivals.filter(({ severity }) => severity === loudest),
      report,
    );
  }
}

/** Two of the same kind and name are one policy written twice. */
function rivalOf(form: PolicyForm, other: PolicyForm, model: NetworkModel): Rival | undefined {
  if (other.resource.kind === form.resource.kind && other.resource.name === form.resource.name) return undefined;
  const inOneDirection = form.rules.some((rule) => other.rules.some(({ direction }) => direction === rule.direction));
  if (!inOneDirection || areDisjoint(form.subject, other.subject)) return undefined;
  const matters = form.rules.some((rule) =>
    other.rules.some((opposite) => rule.action !== opposite.action && mayMeet(rule, opposite)),
  );
  const { pods, apart } = commonPods(form, other, model);
  const nested = isWithin(form.subject, other.subject) || isWithin(other.subject, form.subject);
  if (!matters || (apart && !nested)) return { form: other, severity: 'information', pods };
  return { form: other, severity: pods.length > 0 ? 'error' : 'warning', pods };
}

/** The pods of the scope that both policies select, and whether those of each are there and none is among both. */
function commonPods(
  form: PolicyForm,
  other: PolicyForm,
  model: NetworkModel,
): { readonly pods: readonly string[]; readonly apart: boolean } {
  const { policies, peers } = reachOf(model);
  const [first, second] = [form, other].map((one) => policies.find((policy) => policy.form === one));
  const selects = (policy: CompiledPolicy | undefined, index: number): boolean =>
    policy !== undefined && hasBit(policy.subject.met, index) && !hasBit(policy.subject.unsure, index);
  const classes = peers.classes.map(({ pods }, index) => ({ pods, index }));
  const ofFirst = classes.filter(({ index }) => selects(first, index));
  const common = ofFirst.filter(({ index }) => selects(second, index));
  const apart = common.length === 0 && ofFirst.length > 0 && classes.some(({ index }) => selects(second, index));
  return { pods: common.map(({ pods }) => printWorkload(pods)), apart };
}

function reportRivals(form: PolicyForm, rivals: readonly Rival[], report: Report): void {
  const [first] = rivals;
  if (!first) return;
  const { resource, priority } = form;
  const names = listed(
    rivals.map((rival) => nameOf(rival.form)),
    'and',
  );
  const verb = rivals.length > 1 ? 'have' : 'has';
  const pods = [...new Set(rivals.flatMap((rival) => rival.pods))];
  const whom = pods.length > 0 ? `rules for ${listed(pods, 'and')}` : 'rules that may be for the same pods';
  const message =
    first.severity !== 'information'
      ? `${names} ${verb} priority ${priority} too, and ${whom}: which of them decides first is undefined. Give each a priority of its own.`
      : `${names} ${verb} priority ${priority} too: which of them decides first is undefined. Nothing seems to depend on it here.`;
  report({
    resource,
    at: priorityOf(form),
    severity: first.severity,
    message,
    related: rivals.slice(0, 5).map((rival) => ({
      resource: rival.form.resource,
      at: priorityOf(rival.form),
      message: `${nameOf(rival.form)} has priority ${priority}`,
    })),
  });
}

function nameOf({ resource }: PolicyForm): string {
  return `${resource.kind} ${resource.name}`;
}

function priorityOf({ resource }: PolicyForm) {
  return nodeAt(resource.root, 'spec', 'priority') ?? resource.nameNode;
}
