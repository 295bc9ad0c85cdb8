import * as vscode from 'vscode';
import type { NodeFix } from '../../diagram/messages';
import type { DiagramView } from '../../server/lsp/protocol';
import { rangeOf } from './diagram-reveal';

type Node = DiagramView['nodes'][number];
type Problem = Node['problems'][number];

/** What can be done about the problems of a node, in their order; nothing about one whose file cannot be opened. */
export async function fixesOf(node: Node): Promise<readonly NodeFix[]> {
  const found = await Promise.all(node.problems.map((problem) => actionsFor(problem).catch(() => [])));
  return found.flatMap((actions, problem) => actions.map(({ title }) => ({ problem, title })));
}

/** Applies the fix of this title. False when there is none any more, or the editor refused it. */
export async function applyFix(problem: Problem, title: string): Promise<boolean> {
  const action = (await actionsFor(problem)).find((each) => each.title === title);
  if (action === undefined) return false;
  if (action.edit !== undefined && !(await vscode.workspace.applyEdit(action.edit))) return false;
  const { command } = action;
  if (command !== undefined)
    await vscode.commands.executeCommand(command.command, ...((command.arguments ?? []) as unknown[]));
  return true;
}

async function actionsFor({ location }: Problem): Promise<readonly vscode.CodeAction[]> {
  if (location === undefined) return [];
  const uri = vscode.Uri.parse(location.file, true);
  // VS Code asks for actions in open documents only.
  await vscode.workspace.openTextDocument(uri);
  const found = await vscode.commands.executeCommand<readonly (vscode.CodeAction | vscode.Command)[] | undefined>(
    'vscode.executeCodeActionProvider',
    uri,
    rangeOf(location),
    vscode.CodeActionKind.QuickFix.value,
  );
  return (found ?? []).filter((each): each is vscode.CodeAction => 'edit' in each && mends(each));
}

/** What silences a rule or goes further than one problem has its place in the editor's menu. VS Code does not tell which problem an action is for. */
function mends({ edit, title }: vscode.CodeAction): boolean {
  return edit !== undefined && !/^(?:Disable \S+ for |Set \S+ to off |Fix all \S+ in )/u.test(title);
}
