/** Where keys go: fields keep theirs, F6 walks the regions of the page. */
const regions = ".rail, .stage .view, .insp, .dock";

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.matches("input:not([type=range]):not([type=radio]), textarea, select") || target.isContentEditable);
}

/** Space and Enter belong to a button or link that has the focus. */
export function isInteractive(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("button, a, select, summary");
}

export function nextRegion(by: 1 | -1): void {
  const all = [...document.querySelectorAll<HTMLElement>(regions)].filter((region) => region.offsetParent !== null);
  const at = all.findIndex((region) => region.contains(document.activeElement));
  const region = all[(at + by + all.length) % all.length];
  const inside = region?.querySelector<HTMLElement>('[tabindex="0"], button:not([disabled]), input');
  (inside ?? region)?.focus();
}
