import { inflateSync } from 'node:zlib'

/** What a PNG is, as far as it takes to see that something is drawn on it. */
export interface PngPixels {
  readonly width: number
  readonly height: number
  /** How many different values its bytes have, before they are made into colours: a blank picture has a handful. */
  readonly different: number
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** @throws Error where it is none */
export function readPng(file: Buffer): PngPixels {
  if (!file.subarray(0, 8).equals(SIGNATURE)) throw new Error('no PNG: it does not begin like one')
  const parts: Buffer[] = []
  let ended = false
  for (let at = 8; at < file.length && !ended;) {
    const length = file.readUInt32BE(at)
    const kind = file.toString('latin1', at + 4, at + 8)
    if (kind === 'IDAT') parts.push(file.subarray(at + 8, at + 8 + length))
    ended = kind === 'IEND'
    at += 12 + length
  }
  if (!ended) throw new Error('no whole PNG: its end is missing')
  return {
    width: file.readUInt32BE(16),
    height: file.readUInt32BE(20),
    different: new Set(inflateSync(Buffer.concat(parts))).size,
  }
}
