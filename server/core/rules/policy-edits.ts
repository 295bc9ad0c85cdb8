import type { OffsetRange } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { Direction } from '../model/policy';
import type { EditData } from './rule';

/** Where a policy's rules of one direction stand, as a finding's data keeps it. */
export interface RulesPlace {
  readonly file: string;
  /** `ingress` or `egress`. */
  readonly field: string;
  /** The list of rules; undefined where the policy has none: then `spec` is where it goes. */
  readonly rules: OffsetRange | undefined;
  readonly spec: OffsetRange;
}

/** Where a rule can be added to a policy; undefined where the text serves other places too. */
export function rulesPlace(_resource: Resource, _direction: Direction): RulesPlace | undefined {
  return undefined;
}

/**
 * Adds a rule at the end of a policy's rules for a direction, in the indentation and line ends of the file.
 * @param rule the lines of the rule as block YAML, without a dash: `['from:', '  - podSelector:', …]`
 * @returns undefined where it cannot be done with care (flow style)
 */
export function addRule(_text: string, _place: RulesPlace, _rule: readonly string[]): EditData | undefined {
  return undefined;
}
