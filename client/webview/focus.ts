import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

/** The focus goes in when the element appears, and back to where it was when it goes. */
export function useFocusInside(element: RefObject<HTMLElement>, selector: string): void {
  useEffect(() => {
    const before = document.activeElement;
    const { current } = element;
    current?.querySelector<HTMLElement>(selector)?.focus();
    return () => {
      // Only when nobody has moved it since.
      const isLost = document.activeElement === document.body || current?.contains(document.activeElement) === true;
      if (isLost && before instanceof HTMLElement) before.focus();
    };
  }, []);
}
