import { saveBlob } from '../saveFile';

const copiedStyles = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linecap',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'dominant-baseline',
] as const;

/**
 * The drawing as a file of its own: colours and type written out, on the panel's background.
 * @param under address of a picture that lies below it
 */
export function svgText(drawing: SVGSVGElement, under?: string): string {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const from = [drawing, ...drawing.querySelectorAll<SVGElement>('*')];
  const to = [copy, ...copy.querySelectorAll<SVGElement>('*')];
  from.forEach((element, index) => {
    const computed = getComputedStyle(element);
    to[index].setAttribute('style', copiedStyles.map((name) => `${name}:${computed.getPropertyValue(name)}`).join(';'));
    to[index].removeAttribute('class');
    to[index].removeAttribute('tabindex');
  });
  const { width, height } = drawing.getBoundingClientRect();
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  const background = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  background.setAttribute('width', '100%');
  background.setAttribute('height', '100%');
  background.setAttribute('fill', getComputedStyle(drawing).getPropertyValue('--chart-paper').trim() || 'white');
  if (under !== undefined) {
    const picture = document.createElementNS('http://www.w3.org/2000/svg', 'image');
    picture.setAttribute('width', String(width));
    picture.setAttribute('height', String(height));
    picture.setAttribute('href', under);
    copy.prepend(picture);
  }
  copy.prepend(background);
  return new XMLSerializer().serializeToString(copy);
}

export function saveSvg(drawing: SVGSVGElement, name: string, under?: string): void {
  saveBlob(fileName(name, 'svg'), new Blob([svgText(drawing, under)], { type: 'image/svg+xml' }));
}

/** At twice the size on screen, for slides. */
export async function savePng(drawing: SVGSVGElement, name: string, under?: string, scale = 2): Promise<void> {
  const { width, height } = drawing.getBoundingClientRect();
  const address = URL.createObjectURL(new Blob([svgText(drawing, under)], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = new OffscreenCanvas(Math.ceil(width * scale), Math.ceil(height * scale));
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    saveBlob(fileName(name, 'png'), await canvas.convertToBlob({ type: 'image/png' }));
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** A chart's title may hold marks that no file name can. */
function fileName(title: string, ending: string): string {
  return `${title}.${ending}`.replace(/[\\/:*?"<>|]+/g, '-');
}
