/** Zoom at which the whole figure fits its view; text never gets below 10px. */
export function fitZoom(): number {
  const view = document.querySelector<HTMLElement>(".view");
  const world = document.querySelector<HTMLElement>(".world");
  if (!view || !world) return 1;
  const fit = Math.min(view.clientWidth / world.offsetWidth, view.clientHeight / world.offsetHeight);
  return Math.max(0.9, Math.min(1.6, Math.floor(fit * 20) / 20));
}
