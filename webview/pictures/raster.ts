import { say } from '../../src/core/speech/say.js'

/** What Chromium's canvas takes of a side, and a third of what it takes of an area, which would be a gigabyte. */
const LONGEST_SIDE = 16_384
const MOST_PIXELS = 90_000_000

const TEXT = {
  tooLarge: (width: number, height: number, scale: number) =>
    scale > 1
      ? say`The picture would be ${width} × ${height} pixels, which is more than an image can have. Take half the size, or SVG.`
      : say`The picture would be ${width} × ${height} pixels, which is more than an image can have. Take SVG, or collapse some of the real servers.`,
  noImage: say`The browser made no image of the drawing. Take SVG.`,
}

/** An SVG as PNG, in base64. */
export async function pngOf(svg: string, scale: number): Promise<string> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const width = image.naturalWidth * scale
  const height = image.naturalHeight * scale
  if (Math.max(width, height) > LONGEST_SIDE || width * height > MOST_PIXELS) {
    throw new Error(TEXT.tooLarge(width, height, scale))
  }
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  // Lines and letters are drawn in this size, not enlarged.
  canvas.getContext('2d')?.drawImage(image, 0, 0, width, height)
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/png')
  })
  if (blob === null) throw new Error(TEXT.noImage)
  return base64Of(blob)
}

function base64Of(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => {
      const url = typeof reader.result === 'string' ? reader.result : ''
      resolve(url.slice(url.indexOf(',') + 1))
    }
    reader.onerror = () => {
      reject(new Error(TEXT.noImage))
    }
    reader.readAsDataURL(blob)
  })
}
