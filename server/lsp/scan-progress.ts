import type { Connection, WorkDoneProgressServerReporter } from 'vscode-languageserver/node';

/** Work-done progress of one scan. */
export interface ScanProgress {
  /** Aborted when the user cancels in the editor. */
  readonly signal: AbortSignal;
  readonly report: (done: number, total: number) => void;
  end(): void;
}

/** Shows a scan's progress in clients that can; in others it does nothing. Never waits for the client: a scan does not depend on it. */
export function showProgress(connection: Connection): ScanProgress {
  const cancellation = new AbortController();
  let shown: WorkDoneProgressServerReporter | undefined;
  const created = connection.window.createWorkDoneProgress().then(
    (reporter) => {
      reporter.begin('Kubepath', 0, 'Reading manifests', true);
      reporter.token.onCancellationRequested(() => cancellation.abort());
      shown = reporter;
    },
    () => undefined,
  );
  return {
    signal: cancellation.signal,
    report(done, total) {
      if (total > 0) shown?.report((100 * done) / total, `Read ${done} of ${total} files`);
    },
    end() {
      void created.then(() => shown?.done());
    },
  };
}
