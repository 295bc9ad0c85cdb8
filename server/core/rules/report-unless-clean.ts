import { derivedOf, type NetworkModel } from '../model/network-model';
import type { Service } from '../model/service';
import type { Workload } from '../model/workload';
import type { Report } from './rule';

/**
 * Checks a workload or Service, but not again while it is the same and nothing was wrong with it. Only for checks where whether something
 * is wrong hangs on nothing else; what is said of it then may.
 * @param rule its id
 */
export function reportUnlessClean(
  model: NetworkModel,
  of: Workload | Service,
  rule: string,
  report: Report,
  check: (report: Report) => void,
): void {
  const isClean = derivedOf(model, of, rule, () => {
    let clean = true;
    check(() => {
      clean = false;
    });
    return clean;
  });
  if (!isClean) check(report);
}
