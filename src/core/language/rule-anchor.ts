import { rulesDocument } from '../checks/explain.js'

let anchors: ReadonlyMap<string, string> | undefined

/** The anchor of a finding's code in docs/rules.md, without `#`; undefined for a code there is not. */
export function ruleAnchor(code: string): string | undefined {
  // From the document itself, whose table of contents has them all.
  anchors ??= new Map(
    [...rulesDocument().matchAll(/\[([A-Z0-9-]+)\]\(#([^)]*)\)/g)].map(([, name = '', anchor = '']) => [
      name,
      anchor,
    ]),
  )
  return anchors.get(code)
}
