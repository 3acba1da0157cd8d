// What is in a ZIP file, read from the directory at its end.
import { readFileSync } from 'node:fs'

const END_OF_DIRECTORY = 0x06054b50
const DIRECTORY_ENTRY = 0x02014b50

/** @returns {{ name: string, size: number, packed: number }[]} sizes in bytes */
export function zipEntries(file) {
  const bytes = readFileSync(file)
  // The end record is 22 bytes and a comment.
  let end = bytes.length - 22
  while (end >= 0 && bytes.readUInt32LE(end) !== END_OF_DIRECTORY) end -= 1
  if (end < 0) throw new Error(`${file} is no ZIP file`)
  const entries = []
  let at = bytes.readUInt32LE(end + 16)
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (bytes.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error(`the directory of ${file} is damaged`)
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) =>
      bytes.readUInt16LE(at + offset),
    )
    entries.push({
      name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
      size: bytes.readUInt32LE(at + 24),
      packed: bytes.readUInt32LE(at + 20),
    })
    at += 46 + nameLength + extraLength + commentLength
  }
  return entries
}
