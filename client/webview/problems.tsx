import type { JSX } from 'preact';
import type { NodeFix } from '../../diagram/messages';
import { SEVERITY_GLYPHS } from '../../diagram/problems';
import { cleanText } from '../../diagram/text';
import type { ViewNode, ViewProblem } from '../../server/core/views/view';

interface ProblemsProps {
  readonly node: ViewNode;
  readonly fixes: readonly NodeFix[];
  readonly onProblem: (problem: number) => void;
  readonly onFix: (fix: NodeFix) => void;
}

/** The problems of a node in full, with what can be done about them. */
export function Problems({ node, fixes, onProblem, onFix }: ProblemsProps): JSX.Element {
  return (
    <>
      {node.problems.map((problem, index) => (
        <p key={index} class={`problem ${problem.severity}`}>
          <ProblemText problem={problem} /> <span class="rule">{problem.rule}</span>
          {problem.location === undefined ? null : (
            <button type="button" class="link" onClick={() => onProblem(index)}>
              Go to
            </button>
          )}
          {fixes
            .filter((fix) => fix.problem === index)
            .map((fix) => (
              <button key={fix.title} type="button" class="button text" onClick={() => onFix(fix)}>
                {cleanText(fix.title)}
              </button>
            ))}
        </p>
      ))}
    </>
  );
}

/** A problem with the sign of its severity. */
export function ProblemText({ problem }: { readonly problem: ViewProblem }): JSX.Element {
  return (
    <>
      <span class="glyph" aria-label={problem.severity} role="img">
        {SEVERITY_GLYPHS[problem.severity]}
      </span>{' '}
      {cleanText(problem.message)}
    </>
  );
}
