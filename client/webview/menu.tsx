import type { ComponentChildren, JSX, RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useFocusInside } from './focus';

interface PopoverProps {
  readonly label: string;
  readonly className: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A small window under the toolbar: the keyboard stays in it until Escape, or a click beside it, closes it. */
export function Popover({ label, className, onClose, children }: PopoverProps): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  useFocusInside(element, 'input');
  useClickOutside(element, onClose);
  return (
    <div
      ref={element}
      class={`popover ${className}`}
      role="dialog"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
        else if (event.key === 'Tab') keepTabInside(event, element.current);
        // The panel's keys are not meant while something is chosen here.
        event.stopPropagation();
      }}
    >
      {children}
    </div>
  );
}

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  readonly note?: string;
}

export interface MenuSection {
  readonly label: string;
  readonly items: readonly MenuItem[];
}

interface MenuProps {
  readonly label: string;
  readonly sections: readonly MenuSection[];
  readonly onChoose: (id: string) => void;
  readonly onClose: () => void;
}

/** A menu of commands: arrows move, a letter leads to the next item that begins with it. */
export function Menu({ label, sections, onChoose, onClose }: MenuProps): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  useFocusInside(element, '[role="menuitem"]');
  useClickOutside(element, onClose);
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      onClose();
      return;
    }
    const items = [...(element.current?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];
    const next = nextItem(
      items.map((item) => item.textContent),
      items.findIndex((item) => item === document.activeElement),
      event.key,
    );
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    items[next]?.focus();
  };
  return (
    <div ref={element} class="popover menu" role="menu" aria-label={label} onKeyDown={onKeyDown}>
      {sections.map((section) => (
        <div key={section.label} role="group" aria-label={section.label}>
          <div class="menu-heading" aria-hidden="true">
            {section.label}
          </div>
          {section.items.map(({ id, label: text, note }) => (
            <button
              key={id}
              type="button"
              class="menu-item"
              role="menuitem"
              tabIndex={-1}
              onClick={() => {
                onClose();
                onChoose(id);
              }}
            >
              {text}
              {note === undefined ? null : <span class="menu-note">{note}</span>}
            </button>
          ))}
        </div>
      ))}
    </div>
  );
}

/** Which item a key leads to; undefined for keys that lead nowhere. */
function nextItem(labels: readonly string[], current: number, key: string): number | undefined {
  const count = labels.length;
  if (key === 'ArrowDown') return (current + 1) % count;
  if (key === 'ArrowUp') return (Math.max(current, 0) - 1 + count) % count;
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  if (key.length !== 1) return undefined;
  const order = labels.map((_, step) => (current + 1 + step) % count);
  return order.find((index) => labels[index]?.toLowerCase().startsWith(key.toLowerCase()));
}

function useClickOutside(element: RefObject<HTMLElement>, onClose: () => void): void {
  const latest = useRef(onClose);
  latest.current = onClose;
  useEffect(() => {
    const listen = ({ target }: PointerEvent): void => {
      // The button that opens it also closes it.
      const isElsewhere = target instanceof Element && target.closest('[aria-haspopup]') === null;
      if (isElsewhere && element.current?.contains(target) !== true) latest.current();
    };
    document.addEventListener('pointerdown', listen);
    return () => document.removeEventListener('pointerdown', listen);
  }, []);
}

function keepTabInside(event: KeyboardEvent, element: HTMLElement | null): void {
  const stops = [...(element?.querySelectorAll<HTMLElement>('input, select, button') ?? [])].filter(
    (stop) => !stop.matches(':disabled'),
  );
  const [first, last] = [stops[0], stops.at(-1)];
  const leaves = document.activeElement === (event.shiftKey ? first : last);
  if (!leaves) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}
