/**
 * Arrow keys inside the figure: up and down within a column, right along the edge to what a row refers to, left back.
 *
 * @module
 */
import type { Figure } from "./layout.ts";

export function moveFocus(event: KeyboardEvent, figure: Figure): void {
  const from = event.target instanceof HTMLElement ? event.target.dataset["object"] : undefined;
  if (from === undefined || event.shiftKey || event.ctrlKey) return;
  const to = event.key === "ArrowUp" ? beside(from, figure, -1) : event.key === "ArrowDown" ? beside(from, figure, 1)
    : event.key === "ArrowRight" ? along(from, figure) : event.key === "ArrowLeft" ? backAlong(from, figure) : undefined;
  if (to === undefined && !event.key.startsWith("Arrow")) return;
  event.preventDefault();
  event.stopPropagation();
  if (to !== undefined) document.querySelector<HTMLElement>(`[data-object="${CSS.escape(to)}"]`)?.focus();
}

/** Names of the objects of each column, top to bottom. */
export function columns(figure: Figure): string[][] {
  const byY = <T extends { y: number }>(boxes: readonly T[]) => [...boxes].sort((a, b) => a.y - b.y);
  return [
    figure.cards.flatMap((card) => [`process/${card.key}`, ...card.rows.filter((row) => row.kind === "fd").map((row) => `fd/${row.id}`)]),
    byY(figure.descriptions).map((box) => `description/${box.ofd}`),
    byY(figure.inodes).map((box) => `inode/${box.key}`),
  ];
}

function beside(from: string, figure: Figure, by: 1 | -1): string | undefined {
  const column = columns(figure).find((each) => each.includes(from));
  return column?.[column.indexOf(from) + by];
}

function along(from: string, figure: Figure): string | undefined {
  const [kind, ...rest] = from.split("/");
  const id = rest.join("/");
  if (kind === "process") {
    const row = figure.cards.find((card) => card.key === id)?.rows.find((each) => each.kind === "fd");
    return row && `fd/${row.id}`;
  }
  if (kind === "fd") {
    const ofd = figure.edges.find((edge) => edge.kind === "reference" && edge.id === id)?.ofd;
    return ofd === undefined ? undefined : `description/${ofd}`;
  }
  const inode = kind === "description" ? figure.inodes.find((box) => box.ofds.includes(Number(id))) : undefined;
  return inode && `inode/${inode.key}`;
}

function backAlong(from: string, figure: Figure): string | undefined {
  const [kind, ...rest] = from.split("/");
  const id = rest.join("/");
  if (kind === "inode") {
    const ofd = figure.inodes.find((box) => box.key === id)?.ofds[0];
    return ofd === undefined ? undefined : `description/${ofd}`;
  }
  if (kind === "description") {
    const edge = figure.edges.find((each) => each.kind === "reference" && each.ofd === Number(id));
    return edge && `fd/${edge.id}`;
  }
  const card = kind === "fd" ? figure.cards.find((each) => each.rows.some((row) => row.id === id)) : undefined;
  return card && `process/${card.key}`;
}
