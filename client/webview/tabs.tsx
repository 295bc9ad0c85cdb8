import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { VIEW_NAMES, VIEW_TITLES } from '../../diagram/view-names';
import type { ViewName } from '../../server/core/views/view';

/** Id of the element that the tabs switch. */
export const TAB_PANEL = 'view';

interface ViewTabsProps {
  readonly shown: ViewName;
  readonly onShow: (name: ViewName) => void;
}

/** The four views. One tab stop; arrows move and switch. */
export function ViewTabs({ shown, onShow }: ViewTabsProps): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  // The view also changes by other keys, and by the host.
  useEffect(() => {
    if (list.current?.contains(document.activeElement) === true) focusTab(list, shown);
  }, [shown]);
  const go = (index: number): void => {
    const name = VIEW_NAMES[(index + VIEW_NAMES.length) % VIEW_NAMES.length];
    if (name === undefined) return;
    onShow(name);
    focusTab(list, name);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const current = VIEW_NAMES.indexOf(shown);
    const target = { ArrowLeft: current - 1, ArrowRight: current + 1, Home: 0, End: -1 }[event.key];
    if (target === undefined || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    go(target);
  };
  return (
    <div ref={list} class="tabs" role="tablist" aria-label="Views" onKeyDown={onKeyDown}>
      {VIEW_NAMES.map((name, index) => (
        <button
          key={name}
          id={tabId(name)}
          type="button"
          class="tab"
          role="tab"
          aria-selected={name === shown}
          aria-controls={TAB_PANEL}
          tabIndex={name === shown ? 0 : -1}
          title={`${VIEW_TITLES[name]} (${index + 1})`}
          onClick={() => onShow(name)}
        >
          {VIEW_TITLES[name]}
        </button>
      ))}
    </div>
  );
}

export function tabId(name: ViewName): string {
  return `tab-${name}`;
}

function focusTab(list: { readonly current: HTMLElement | null }, name: ViewName): void {
  list.current?.querySelector<HTMLElement>(`#${tabId(name)}`)?.focus();
}
