'use client';

let canvas: CanvasRenderingContext2D | null | undefined;

/** A token's colour as the canvas library reads it: it does not know oklch, so a pixel is painted and read back. */
export function cssColour(token: string): string {
  const written = getComputedStyle(document.documentElement).getPropertyValue(token).trim();
  if (canvas === undefined) {
    const element = document.createElement('canvas');
    element.width = 1;
    element.height = 1;
    canvas = element.getContext('2d', { willReadFrequently: true });
  }
  if (!canvas) return written;
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = written;
  canvas.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}
