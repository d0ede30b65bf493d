/** The page on a wall: an address of its own (`?wall=1`), the whole screen where the browser allows it, one screenful. */
import { elementById, setAttribute, setText } from './elements';

export function showWall(isWall: boolean): void {
  setAttribute(document.body, 'data-view', isWall ? 'wall' : 'desk');
  setText(elementById('wall'), isWall ? 'Leave' : 'Wall');
}

/** Once. `onChange` is told what the person wants, by the button or by leaving the full screen. */
export function makeWallSwitch(isWall: () => boolean, onChange: (isWall: boolean) => void): void {
  elementById('wall').addEventListener('click', () => {
    const isWanted = !isWall();
    // Not every browser or frame allows it; the page is laid out for the wall all the same.
    if (isWanted) void document.documentElement.requestFullscreen?.().catch(() => undefined);
    else if (document.fullscreenElement !== null) void document.exitFullscreen().catch(() => undefined);
    onChange(isWanted);
  });
  document.addEventListener('fullscreenchange', () => {
    if (document.fullscreenElement === null && isWall()) onChange(false);
  });
}
